/**
 * Envoy's statistics that a scenario changes, under the names that the simulator gives them:
 * `tcp.` + the listener's name, `cluster.NAME.`, `wasm.PLUGIN.vm_reload_`, `wasmcustom.`.
 */
import type { Scenario } from "../src/index.ts";
import type { EnvoyProcess } from "./envoyProcess.ts";

export type Stats = ReadonlyMap<string, bigint>;

const TCP = [
  "downstream_cx_total",
  "downstream_cx_no_route",
  "downstream_cx_rx_bytes_total",
  "downstream_cx_tx_bytes_total",
  "early_data_received_count_total",
  "idle_timeout",
  "max_downstream_connection_duration",
];
const CLUSTER = [
  "upstream_cx_total",
  "upstream_cx_connect_fail",
  "upstream_cx_connect_timeout",
  "upstream_cx_connect_attempts_exceeded",
  "upstream_cx_none_healthy",
];

/** @param statPrefix tcp_proxy's, in place of the listener's name */
export async function readStats(
  envoy: Pick<EnvoyProcess, "stats">,
  scenario: Scenario,
  statPrefix: string,
): Promise<Stats> {
  const names = [
    `tcp\\.${escape(statPrefix)}\\.(${TCP.join("|")})`,
    ...Object.keys(scenario.clusters).map(
      (name) => `cluster\\.${escape(name)}\\.(${CLUSTER.join("|")})`,
    ),
    "wasm\\..*vm_reload_.*",
    "wasmcustom(?:\\.(?s:.*))?",
  ];
  const found = await envoy.stats(`^(${names.join("|")})$`);
  const prefix = `tcp.${statPrefix}.`;
  return new Map(
    [...found].map(([name, value]) => [
      name.startsWith(prefix) ? tcpStat(scenario, name.slice(prefix.length)) : name,
      value,
    ]),
  );
}

export const tcpStat = ({ listener }: Scenario, name: string): string =>
  `tcp.${listener.name}.${name}`;

/** What has changed; a statistic that did not exist before counts from 0. */
export function changes(before: Stats, after: Stats): Stats {
  const changed = [...after].flatMap(([name, value]): [string, bigint][] => {
    const change = BigInt.asUintN(64, value - (before.get(name) ?? 0n));
    return change === 0n ? [] : [[name, change]];
  });
  return new Map(changed);
}

const escape = (text: string): string => text.replace(/[^\w]/g, "\\$&");

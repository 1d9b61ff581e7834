/**
 * A scenario as it can be played here, or why it cannot. What Envoy plays is what is simulated:
 * lengths of addresses and the environment change guest pointers, so both get the same ones.
 */
import { parseAddress } from "../src/address.ts";
import type { Scenario } from "../src/index.ts";
import type { Backends } from "./backends.ts";
import { proxyHeader } from "./proxyHeader.ts";

/** Environment entry that gives every scenario a VM of its own; its length never changes. */
const RUN_VARIABLE = "PARITY_RUN";

export type Rewritten =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly reason: string };

/** @param run unique in the run, 1 to 9999 */
export async function rewrite(
  scenario: Scenario,
  run: number,
  backends: Backends,
): Promise<Rewritten> {
  const reason = whyNot(scenario);
  if (reason !== undefined) return { ok: false, reason };
  const clusters: Record<string, Scenario["clusters"][string]> = {};
  for (const [name, cluster] of Object.entries(scenario.clusters)) {
    const { host, port } = await backends.endpointOf(name);
    const endpoints = cluster.endpoints.length === 0 ? [] : [`${host}:${port}`];
    clusters[name] = { ...cluster, endpoints };
  }
  const environment = {
    ...scenario.plugin.environment,
    [RUN_VARIABLE]: String(run).padStart(4, "0"),
  };
  return {
    ok: true,
    // At trace, as Envoy must log here; behaviour at other levels has tests of its own.
    scenario: {
      ...scenario,
      plugin: { ...scenario.plugin, environment, logLevel: "trace" },
      clusters,
    },
  };
}

function whyNot(scenario: Scenario): string | undefined {
  if (scenario.faults.length > 0) return "injected faults exist in the simulator only";
  const { weightedClusters } = scenario.tcpProxy;
  if (weightedClusters !== undefined && weightedClusters.length > 1) {
    return "a weighted choice among several clusters is random in Envoy";
  }
  for (const [name, cluster] of Object.entries(scenario.clusters)) {
    if (cluster.connect === "timeout") return `cluster ${name}: a connect timeout is not played`;
    if (cluster.proxyProtocol) return `cluster ${name}: proxyProtocol is not played`;
  }
  for (const { source, destination, serverName } of scenario.connections) {
    if (serverName !== undefined) return "serverName needs a TLS client";
    const [from, to] = [parseAddress(source), parseAddress(destination)];
    if (!from || !to || !proxyHeader(from, to)) {
      return `${source} to ${destination} cannot be said in a PROXY header`;
    }
  }
  return undefined;
}

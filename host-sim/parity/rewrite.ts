/**
 * A scenario as it can be played here, or why it cannot. What Envoy plays is what is simulated:
 * lengths of addresses and the environment change guest pointers, so both get the same ones.
 */
import { join } from "node:path";
import { parseAddress } from "../src/address.ts";
import type { Scenario } from "../src/index.ts";
import type { Backends } from "./backends.ts";
import { clientHello } from "./clientHello.ts";
import { unixPath } from "./unixPath.ts";
import { proxyHeader } from "./proxyHeader.ts";

/** Environment entry that gives every scenario a VM of its own; its length never changes. */
const RUN_VARIABLE = "PARITY_RUN";

export type Rewritten =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      /** What is played in another way than the scenario says, in words. */
      readonly change: string | undefined;
    }
  | { readonly ok: false; readonly reason: string };

export interface RewriteInput {
  /** Unique in the run, 1 to 99999. */
  readonly run: number;
  /** For Unix sockets. */
  readonly folder: string;
  readonly backends: Backends;
  /** Keep the plugin's log level instead of trace. */
  readonly ownLogLevel?: boolean;
}

export async function rewrite(
  scenario: Scenario,
  { run, folder, backends, ownLogLevel = false }: RewriteInput,
): Promise<Rewritten> {
  const reason = whyNot(scenario);
  if (reason !== undefined) return { ok: false, reason };
  const clusters: Record<string, Scenario["clusters"][string]> = {};
  for (const [name, cluster] of Object.entries(scenario.clusters)) {
    const { host, port } =
      cluster.connect === "timeout"
        ? await backends.silentEndpoint()
        : await backends.endpointOf(name);
    const endpoints = cluster.endpoints.length === 0 ? [] : [`${host}:${port}`];
    clusters[name] = { ...cluster, endpoints };
  }
  const number = String(run).padStart(5, "0");
  // The same entry for all, so that plugins share a VM where they did before.
  // At trace, as Envoy must log to show the crossings, unless a case is about another level.
  const rewritePlugin = (plugin: Scenario["plugin"]): Scenario["plugin"] => ({
    ...plugin,
    environment: { ...plugin.environment, [RUN_VARIABLE]: number },
    logLevel: ownLogLevel ? plugin.logLevel : "trace",
  });
  // The peer of a Unix socket has no name: Envoy takes the listener's path for both ends.
  const socket = `unix:${join(folder, `${number}.sock`)}`;
  const isUnix = unixPath(scenario) !== undefined;
  const withNames = withServerNames(scenario);
  const connections = withNames.connections.map((it) =>
    isUnix ? { ...it, source: socket, destination: socket } : it,
  );
  return {
    ok: true,
    change: withNames.change,
    scenario: {
      ...scenario,
      plugin: rewritePlugin(scenario.plugin),
      ...(scenario.plugins && { plugins: scenario.plugins.map(rewritePlugin) }),
      clusters,
      connections,
    },
  };
}

/**
 * Envoy learns a server name from the first bytes, before there is a connection for the filters. Early
 * data would come at another moment, and a connection without a name would have to send something.
 */
function withServerNames(scenario: Scenario): {
  readonly connections: Scenario["connections"];
  readonly change: string | undefined;
} {
  const { connections, tcpProxy } = scenario;
  if (connections.every((it) => it.serverName === undefined)) {
    return { connections, change: undefined };
  }
  const named = connections.flatMap((it) => {
    const hello = clientHello(it.serverName ?? "");
    const step = hello && { after: "0ms", downstream: { base64: hello.toString("base64") } };
    return step ? [{ ...it, steps: [step, ...it.steps] }] : [];
  });
  const canPlay =
    named.length === connections.length &&
    tcpProxy.maxEarlyDataBytes === undefined &&
    unixPath(scenario) === undefined;
  return canPlay
    ? { connections: named, change: "with a ClientHello that names the server as first bytes" }
    : {
        connections: connections.map(({ serverName: _, ...it }) => it),
        change:
          "without serverName: a connection has none, or there are early data or Unix sockets",
      };
}

function whyNot(scenario: Scenario): string | undefined {
  if (scenario.faults.length > 0) return "injected faults exist in the simulator only";
  for (const { source, destination, steps } of scenario.connections) {
    if (unixPath(scenario) !== undefined) {
      if (steps.some((it) => "close" in it && it.close === "clientReset")) {
        return "a Unix socket cannot be reset";
      }
      if (source.startsWith("unix:")) continue;
      return "IP and Unix connections are not played together";
    }
    const [from, to] = [parseAddress(source), parseAddress(destination)];
    if (!from || !to || !proxyHeader(from, to)) {
      return `${source} to ${destination} cannot be said in a PROXY header`;
    }
  }
  return undefined;
}

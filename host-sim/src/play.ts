/** A run as a test of a filter wants it: what became of each connection, logs, calls, metrics. */
import { envoyLimits, LimitReached } from "./limits.ts";
import type { Libraries } from "./libraries.ts";
import { readScenario } from "./readScenario.ts";
import type { ScenarioDocument } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import type {
  ClusterDecision,
  ConnectionEnd,
  HostCall,
  PluginResult,
  TraceEvent,
  TraceEventKind,
  Trap,
} from "./trace.ts";

/** One connection of the scenario, from its accept to its end. */
export interface PlayedConnection {
  /** `id` in the scenario, or the position: "1", "2" … */
  readonly id: string;
  /** What tcp_proxy chose; undefined if it never came to that. */
  readonly decision: ClusterDecision | undefined;
  /** `decision.cluster`. */
  readonly cluster: string | undefined;
  /** The last word on the connection; undefined if there was none, since Envoy died before. */
  readonly end: ConnectionEnd | undefined;
  /** What the filter logged for this connection, at every level, without Envoy's prefix. */
  readonly logs: readonly string[];
  /** The filter's host calls during the callbacks of this connection. */
  readonly calls: readonly HostCall[];
  /** The trap that ended one of its callbacks. */
  readonly trap: Trap | undefined;
  /** All bytes that the upstream got, without a PROXY protocol header. */
  readonly toUpstream: Uint8Array;
  /** All bytes that the client got. */
  readonly toClient: Uint8Array;
}

export interface PlayedScenario {
  readonly events: readonly TraceEvent[];
  /** Envoy took every plugin with its configuration. */
  readonly accepted: boolean;
  /** Why not: the first plugin that it refused, with stage and reason. */
  readonly refusal: PluginResult | undefined;
  /** In the order of the scenario. */
  readonly connections: readonly PlayedConnection[];
  /** All that the filter logged on the worker, or, where it was refused, before that. */
  readonly logs: readonly string[];
  /** Counters and gauges by Envoy's name; those of a filter begin with `wasmcustom.`. */
  readonly stats: ReadonlyMap<string, bigint>;
}

/**
 * Plays a scenario and sorts its events. Pure: same module and scenario, same answer.
 *
 * @param document what a scenario file holds, as an object
 * @param libraries from `loadLibraries`, for a filter that uses gRPC or the foreign functions
 * @param limits without them what Envoy has
 * @throws Error that names every problem of the scenario with its JSON path; LimitReached. Never for what the module does in Envoy; but a module with an endless loop does not come back, as nothing interrupts it
 */
export function play(
  wasm: Uint8Array,
  document: ScenarioDocument,
  libraries: Libraries = {},
  limits = envoyLimits,
): PlayedScenario {
  const read = readScenario(document);
  if (!read.ok) {
    const problems = read.problems.map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`not a scenario:\n  ${problems.join("\n  ")}`);
  }
  const events: TraceEvent[] = [];
  const { stats, stopped } = simulate(wasm, read.scenario, (event) => events.push(event), {
    libraries,
    limits,
  });
  if (stopped !== undefined) throw new LimitReached(stopped);
  const results = ofKind(events, "pluginResult");
  const refusal = results.find(({ accepted }) => !accepted);
  return {
    events,
    accepted: results.length > 0 && refusal === undefined,
    refusal,
    connections: read.scenario.connections.map(({ id }, index) =>
      playedConnection(id ?? String(index + 1), events),
    ),
    logs: messages(events.filter(({ vm }) => (vm === "worker") === (refusal === undefined))),
    stats,
  };
}

function playedConnection(id: string, all: readonly TraceEvent[]): PlayedConnection {
  const events = all.filter(({ connection }) => connection === id);
  const decision = ofKind(events, "clusterDecision").at(-1);
  const sent = (to: "upstream" | "downstream") =>
    joined(ofKind(events, "forward").flatMap((it) => (it.to === to ? [it.bytes] : [])));
  return {
    id,
    decision,
    cluster: decision?.cluster,
    end: ofKind(events, "connectionEnd").at(-1),
    logs: messages(events),
    calls: ofKind(events, "hostCall"),
    trap: ofKind(events, "trap")[0],
    toUpstream: sent("upstream"),
    toClient: sent("downstream"),
  };
}

function ofKind<K extends TraceEventKind>(events: readonly TraceEvent[], kind: K) {
  return events.filter((it): it is Extract<TraceEvent, { kind: K }> => it.kind === kind);
}

function messages(events: readonly TraceEvent[]): string[] {
  return ofKind(events, "log").flatMap(({ message }) => (message === undefined ? [] : [message]));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

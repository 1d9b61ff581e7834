/** What became of each connection, compared with the run without faults. */
import type { TraceEvent } from "../trace.ts";

/**
 * - `same`: as without the fault.
 * - `asGiven`: another cluster, where the filter lets the value that it was given go.
 * - `default`: no decision of the filter came through; tcp_proxy used its own cluster.
 * - `wrongCluster`: a cluster of the filter that belongs to no value it was given.
 * - `closed`, `stalled`: no cluster; stalled ones wait for ever.
 * - `gone`: Envoy died before.
 */
export type ConnectionOutcome =
  "same" | "asGiven" | "default" | "wrongCluster" | "closed" | "stalled" | "gone";

/** How one connection of one run ended. */
export interface ConnectionFate {
  readonly id: string;
  /** What tcp_proxy chose; undefined if it never came to that. */
  readonly cluster: string | undefined;
  readonly isDecided: boolean;
  readonly end: "closed" | "stalled" | "gone";
}

/** The fate of each connection, in the order of `ids`. */
export function fatesOf(
  events: readonly TraceEvent[],
  ids: readonly string[],
): readonly ConnectionFate[] {
  const fates = new Map<string, { -readonly [Key in keyof ConnectionFate]: ConnectionFate[Key] }>();
  for (const id of ids) fates.set(id, { id, cluster: undefined, isDecided: false, end: "gone" });
  for (const event of events) {
    const fate = event.connection === undefined ? undefined : fates.get(event.connection);
    if (!fate) continue;
    if (event.kind === "clusterDecision") {
      fate.cluster = event.cluster;
      fate.isDecided = event.by === "filterState";
    } else if (event.kind === "connectionEnd") {
      fate.end = event.closedBy === "open" && fate.cluster === undefined ? "stalled" : "closed";
    }
  }
  return [...fates.values()];
}

/**
 * @param before the fate without the fault
 * @param asIf the fate where the host gave the fault's value by itself, if that can be
 */
export function compareFates(
  now: ConnectionFate,
  before: ConnectionFate,
  asIf: ConnectionFate | undefined,
): ConnectionOutcome {
  if (now.cluster === undefined) {
    const isSame = before.cluster === undefined && before.end === now.end;
    return isSame ? "same" : now.end;
  }
  if (now.cluster === before.cluster) return "same";
  if (now.cluster === asIf?.cluster && now.isDecided === asIf.isDecided) return "asGiven";
  return now.isDecided ? "wrongCluster" : "default";
}

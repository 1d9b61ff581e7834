/**
 * What a trace does not hold and a second run of the same scenario tells: the run is deterministic,
 * so that the events have the same numbers.
 */

export interface MemoryRange {
  readonly pointer: number;
  readonly length: number;
}

export type Question =
  /** The guest's memory around a host call: these ranges, and whatever the call changed. */
  | { readonly kind: "memory"; readonly seq: number; readonly ranges: readonly MemoryRange[] }
  /** Every property at each callback of one connection, by its place in the scenario. */
  | { readonly kind: "properties"; readonly connection: number }
  /** Every value that every statistic took. */
  | { readonly kind: "stats" };

/** Bytes that lie together; `before` and `after` have the same length. */
export interface MemoryBlock {
  readonly address: number;
  readonly before: Uint8Array;
  /** Absent: the call did not return. */
  readonly after?: Uint8Array;
}

export interface MemoryAnswer {
  readonly kind: "memory";
  /** Of the whole memory, in bytes, when the call began. */
  readonly size: number;
  /** In the order of their addresses. */
  readonly blocks: readonly MemoryBlock[];
}

export interface PropertyValue {
  readonly type?: string;
  readonly value?: Uint8Array;
  /** Why there is none. */
  readonly absent?: string;
}

/** A moment at which the filter could ask. */
export interface PropertyPhase {
  readonly callback: string;
  /** `seq` of the newest event then. */
  readonly seq: number;
  /**
   * The run never came here: this is of a run in which the connection carries bytes both ways and
   * the client closes it.
   */
  readonly isAssumed: boolean;
  /** In the order of the answer's paths. */
  readonly values: readonly PropertyValue[];
}

export interface PropertiesAnswer {
  readonly kind: "properties";
  /** Segments are separated by NUL. */
  readonly paths: readonly string[];
  readonly phases: readonly PropertyPhase[];
}

export interface StatChange {
  readonly seq: number;
  readonly value: bigint;
}

export interface StatsAnswer {
  readonly kind: "stats";
  /** By the name in Envoy's /stats, in the order of the run. */
  readonly stats: ReadonlyMap<string, readonly StatChange[]>;
}

export type Observation = MemoryAnswer | PropertiesAnswer | StatsAnswer;

/** The last of `changes` that has happened; undefined: none. @param cursor undefined: the whole run. */
export function lastChange<Change extends { readonly seq: number }>(
  changes: readonly Change[],
  cursor: number | undefined,
): Change | undefined {
  if (cursor === undefined) return changes.at(-1);
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.seq ?? Infinity) <= cursor) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1];
}

/** The events that have a row of their own: in the trace list, for stepping, on the order axis. */
import type { TraceEvent } from "wasmerang";
import { bySeq, oncePerRun, type Events } from "./memoize.ts";

export interface Row {
  readonly event: TraceEvent;
  /** How many calls it happened inside of. */
  readonly depth: number;
}

/**
 * Rows of the VM that serves connections, or of all VMs where Envoy never got that far (a refused
 * plugin).
 */
export const visibleRows = oncePerRun((events): readonly Row[] => {
  const rows = allRows(events);
  const worker = rows.filter(({ event }) => event.vm === "worker" || event.kind === "pluginResult");
  return worker.some(({ event }) => event.vm === "worker") ? worker : rows;
});

/** Rows of every VM: base, canary, main thread and worker. */
export const allRows = oncePerRun((events) => rowsOf(events, hasRow));

/** The same with the guest's allocations. */
export const rowsWithAllocations = oncePerRun((events) =>
  rowsOf(events, (event, index) => event.kind === "allocation" || hasRow(event, index)),
);

function rowsOf(
  events: Events,
  isRow: (event: TraceEvent, index: ReadonlyMap<number, TraceEvent>) => boolean,
): readonly Row[] {
  const index = bySeq(events);
  const depths = new Map<number, number>();
  const depthOf = (event: TraceEvent): number => {
    const known = depths.get(event.seq);
    if (known !== undefined) return known;
    const depth = measureDepth(event);
    depths.set(event.seq, depth);
    return depth;
  };
  const measureDepth = (event: TraceEvent): number => {
    // A return and a trap stand where their call stands, whatever else they carry.
    const enter = event.kind === "guestExit" || event.kind === "trap" ? event.enter : undefined;
    const opener = enter === undefined ? undefined : index.get(enter);
    if (opener !== undefined) return depthOf(opener);
    const parent = event.parent === undefined ? undefined : index.get(event.parent);
    return parent === undefined ? 0 : depthOf(parent) + 1;
  };
  return events
    .filter((event) => isRow(event, index))
    .map((event) => ({ event, depth: depthOf(event) }));
}

/**
 * The number that the page shows for an event, `#14`: its place among the rows of its VM, from 1;
 * among all rows where there is no worker. `seq` counts all VMs and what has no row as well. What
 * has no row has the number of its call.
 */
export function numberOf(events: readonly TraceEvent[], seq: number): number {
  return numbers(events).get(seq) ?? seq;
}

const numbers = oncePerRun((events): ReadonlyMap<number, number> => {
  const numbered = new Map<number, number>();
  const counts = new Map<TraceEvent["vm"], number>();
  const hasWorker = events.some(({ vm }) => vm === "worker");
  for (const { event } of allRows(events)) {
    const vm = hasWorker ? event.vm : "base";
    const number = (counts.get(vm) ?? 0) + 1;
    counts.set(vm, number);
    numbered.set(event.seq, number);
  }
  for (const { seq, parent } of events) {
    const number = parent === undefined ? undefined : numbered.get(parent);
    if (number !== undefined && !numbered.has(seq)) numbered.set(seq, number);
  }
  return numbered;
});

function hasRow(event: TraceEvent, index: ReadonlyMap<number, TraceEvent>): boolean {
  if (event.kind === "allocation") return false;
  if (event.kind !== "log" || event.parent === undefined) return true;
  // The line of a proxy_log says what its call's row already says.
  const parent = index.get(event.parent);
  return !(parent?.kind === "hostCall" && parent.name === "proxy_log");
}

/** Into calls; over what happens inside of one, and out of it where nothing more follows; out of it. */
export type Step = "into" | "over" | "out";

/**
 * The row one step from `seq` (undefined: the whole run, so its end is behind and its start ahead).
 * Answers undefined when there is no row that way.
 */
export function stepFrom(
  rows: readonly Row[],
  seq: number | undefined,
  direction: 1 | -1,
  how: Step = "into",
): number | undefined {
  if (seq === undefined) return direction === 1 ? rows[0]?.event.seq : rows.at(-1)?.event.seq;
  const next = lastAtOrBefore(rows, seq);
  const exact = rows[next]?.event.seq === seq;
  const depth = rows[next]?.depth ?? 0;
  // Between two rows, the one before is already one step back.
  let at = direction === 1 ? next + 1 : exact ? next - 1 : next;
  const deepest = how === "into" ? Infinity : how === "over" ? depth : depth - 1;
  while ((rows[at]?.depth ?? -Infinity) > deepest) at += direction;
  return rows[at]?.event.seq;
}

/** Index of the last row whose `seq` is at most `seq`; -1 when all come later. */
export function lastAtOrBefore(rows: readonly Row[], seq: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.event.seq ?? Infinity) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The lines of Envoy's wasm logger. */
import type { Log } from "wasmerang";
import { eventAt, oncePerRun, type Events } from "./memoize.ts";

export interface LogLines {
  /** What Envoy prints at the scenario's log level. */
  readonly shown: readonly Log[];
  /** How many more the log level keeps back. */
  readonly dropped: number;
}

/** Lines of the worker's VM, or of every VM where Envoy never got to a worker. */
export const logLines = oncePerRun((events): LogLines => {
  const hasWorker = events.some((event) => event.vm === "worker");
  const lines = events.filter(
    (event): event is Log => event.kind === "log" && (event.vm === "worker" || !hasWorker),
  );
  const shown = lines.filter((line) => line.shown);
  return { shown, dropped: lines.length - shown.length };
});

/** How many of the lines have been printed when the playhead is at `cursor`; undefined: all. */
export function printedUntil(lines: readonly Log[], cursor: number | undefined): number {
  let [low, high] = [0, lines.length];
  if (cursor === undefined) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.seq ?? Infinity) <= cursor) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The event to show for a line: the call that logged, as it has the row. */
export function lineSource(events: Events, line: Log): number {
  const parent = eventAt(events, line.parent);
  return parent?.kind === "hostCall" ? parent.seq : line.seq;
}

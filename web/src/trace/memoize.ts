/**
 * Folds are computed once per list of events: the list is replaced, never changed, when a run has
 * something new to say, so its identity is the key.
 */
import type { TraceEvent } from "wasmerang";

export type Events = readonly TraceEvent[];

/** `fold` with its answer kept for as long as the list of events lives. */
export function oncePerRun<Result>(fold: (events: Events) => Result): (events: Events) => Result {
  const answers = new WeakMap<Events, { readonly result: Result }>();
  return (events) => {
    const known = answers.get(events);
    if (known !== undefined) return known.result;
    const result = fold(events);
    answers.set(events, { result });
    return result;
  };
}

/** Finds an event by its `seq`; the index is built once per run. */
export function eventAt(events: Events, seq: number | undefined): TraceEvent | undefined {
  return seq === undefined ? undefined : bySeq(events).get(seq);
}

export const bySeq = oncePerRun(
  (events): ReadonlyMap<number, TraceEvent> => new Map(events.map((event) => [event.seq, event])),
);

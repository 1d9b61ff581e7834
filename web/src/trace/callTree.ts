/** Who called whom. */
import type { GuestEnter, GuestExit, TraceEvent, Trap } from "wasmerang";
import { bySeq, eventAt, oncePerRun, type Events } from "./memoize.ts";

/** The calls during which an event happened, the innermost first. */
export function callersOf(events: Events, event: TraceEvent): readonly TraceEvent[] {
  const index = bySeq(events);
  const callers: TraceEvent[] = [];
  let at = event.parent === undefined ? undefined : index.get(event.parent);
  while (at !== undefined && !callers.includes(at)) {
    callers.push(at);
    at = at.parent === undefined ? undefined : index.get(at.parent);
  }
  return callers;
}

/** The callback during which an event happened; for its return and its trap, the callback itself. */
export function callbackAround(events: Events, event: TraceEvent): GuestEnter | undefined {
  if (event.kind === "guestEnter") return event;
  if (event.kind === "guestExit" || event.kind === "trap") {
    const enter = eventAt(events, event.enter);
    if (enter?.kind === "guestEnter") return enter;
  }
  return callersOf(events, event).find((caller) => caller.kind === "guestEnter");
}

const children = oncePerRun((events): ReadonlyMap<number, readonly TraceEvent[]> => {
  const found = new Map<number, TraceEvent[]>();
  for (const event of events) {
    if (event.parent === undefined) continue;
    const siblings = found.get(event.parent);
    if (siblings === undefined) found.set(event.parent, [event]);
    else siblings.push(event);
  }
  return found;
});

/** What happened directly inside a call, in order. */
export function childrenOf(events: Events, seq: number): readonly TraceEvent[] {
  return children(events).get(seq) ?? [];
}

const ends = oncePerRun((events): ReadonlyMap<number, GuestExit | Trap> => {
  const found = new Map<number, GuestExit | Trap>();
  for (const event of events)
    if (event.kind === "guestExit" || event.kind === "trap") found.set(event.enter, event);
  return found;
});

/** How a callback ended; undefined: the guest never returned. */
export function endOf(events: Events, enter: number): GuestExit | Trap | undefined {
  return ends(events).get(enter);
}

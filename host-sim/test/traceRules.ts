import type { TraceEvent } from "../src/trace.ts";

/** What every trace keeps (trace.ts); answers the rules that this one breaks. */
export function brokenRules(events: readonly TraceEvent[]): string[] {
  const broken: string[] = [];
  const rule = (ok: boolean, text: string, event: TraceEvent) => {
    if (!ok) broken.push(`#${event.seq} ${event.kind}: ${text}`);
  };
  const entered = new Set<number>();
  const seen = new Map<number, TraceEvent>();
  const accepted = new Set<string>();
  let at = 0;
  events.forEach((event, i) => {
    rule(event.seq === i + 1, "seq counts up by one", event);
    rule(event.at >= at, "at never decreases", event);
    at = event.at;
    if (event.parent !== undefined) {
      const parent = seen.get(event.parent);
      rule(parent !== undefined, "the parent came before", event);
      rule(
        parent === undefined || ["guestEnter", "hostCall", "allocation"].includes(parent.kind),
        "the parent is a call",
        event,
      );
    }
    if (event.kind === "guestEnter" || event.kind === "allocation") entered.add(event.seq);
    if (event.kind === "guestExit" || event.kind === "trap") {
      rule(entered.delete(event.enter), "ends a call that is under way", event);
    }
    if (event.kind === "allocation" && event.pointer !== undefined) entered.delete(event.seq);
    if (event.kind === "hostCall") rule(event.ended !== "never", "every host call ends", event);
    if (event.kind === "accept") accepted.add(event.connection ?? "");
    if (event.kind === "connectionEnd") {
      rule(accepted.delete(event.connection ?? ""), "one end for each accept", event);
    }
    seen.set(event.seq, event);
  });
  const last = events.at(-1);
  if (last && last.kind !== "envoyDies") {
    for (const seq of entered) rule(false, `call #${seq} never ended`, last);
    for (const id of accepted) rule(false, `connection ${id} never ended`, last);
  }
  return broken;
}

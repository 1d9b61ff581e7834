/**
 * An alarm for cases that prove nothing: a guest that fails by mistake, at its first call perhaps, does
 * so in Envoy and in the simulator alike, and the rest of the case is never asked.
 */
import type { TraceEvent } from "../src/trace.ts";
import type { ParityCase } from "./cases/case.ts";
import type { Difference } from "./compare.ts";

const WHAT = "the case itself";

/** What is wrong with a case of which both sides said the same. */
export function complaints(
  it: Pick<ParityCase, "fails" | "scenario">,
  events: readonly TraceEvent[],
): readonly Difference[] {
  const expected = it.fails ?? expectsFailure(it.scenario);
  const found = events.map(failureOf).find((failure) => failure !== undefined);
  if (expected === "perhaps" || expected === (found !== undefined)) return [];
  return found === undefined
    ? [{ what: WHAT, envoy: "nothing fails", simulator: "says that its guest fails" }]
    : [{ what: WHAT, envoy: found, simulator: "does not say that its guest fails" }];
}

function expectsFailure({ expect, connections }: ParityCase["scenario"]): boolean {
  return expect?.plugin === "refused" || connections.some((it) => it.expect?.trap === true);
}

function failureOf(event: TraceEvent): string | undefined {
  switch (event.kind) {
    case "trap":
      return `${event.vm}: ${event.message}`;
    case "pluginResult":
      return event.accepted ? undefined : `refused: ${event.stage}`;
    case "envoyDies":
      return "Envoy dies";
    default:
      return undefined;
  }
}

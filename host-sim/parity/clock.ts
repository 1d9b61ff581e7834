/** Scenarios in which it matters how much time passes: their virtual time is played as real time. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration } from "../src/duration.ts";
import type { Scenario } from "../src/index.ts";
import { pluginsOf } from "../src/plugin.ts";

/** Envoy's timers may fire this much later than the scenario's time says. */
const SLACK_MS = 60;
/** Steps and timers of our own cases are further apart. */
const TOLERANCE_MS = 40;

/** No scenario lasts so long, so that longer backoffs never end. */
const BACKOFF_WITHOUT_END = 60e9;
/** Shorter ones are over by the next connection, however late that comes. */
const SHORT_BACKOFF = 5e6;

/** Says where the scenario itself asks for it; a guest's ticks do not show in a scenario. */
export function isTimed(scenario: Scenario): boolean {
  return (
    scenario.tcpProxy.idleTimeout !== undefined ||
    scenario.tcpProxy.maxConnectionDuration !== undefined ||
    backoffs(scenario).some((it) => it > SHORT_BACKOFF) ||
    Object.values(scenario.clusters).some((it) => it.connect === "timeout") ||
    [scenario.httpReplies, scenario.grpcReplies]
      .flatMap((byCluster) => Object.values(byCluster ?? {}).flat())
      .some(
        ({ after, failure }) =>
          parseDuration(after) !== 0 || failure === "silence" || failure === "cutOff",
      )
  );
}

/** Steps must not come too early after one another; that they come late does no harm. */
export const isPaced = (scenario: Scenario): boolean => backoffs(scenario).length > 0;

function backoffs(scenario: Scenario): readonly number[] {
  return pluginsOf(scenario)
    .filter(({ failurePolicy }) => failurePolicy === "FAIL_RELOAD")
    .map(({ reloadBackoff }) => parseDuration(reloadBackoff) ?? 0)
    .filter((backoff) => backoff < BACKOFF_WITHOUT_END);
}

export interface Clock {
  /** Resolves at that virtual time, in nanoseconds. */
  readonly until: (at: number) => Promise<void>;
  /** Resolves when everything up to the end of the run must have happened. */
  readonly untilEnd: () => Promise<void>;
  /** A step came so late that timers of Envoy may have fired before it. */
  readonly isLate: () => boolean;
}

/** Every step at once: order is all that matters. */
export const impatientClock: Clock = {
  until: async () => undefined,
  untilEnd: async () => undefined,
  isLate: () => false,
};

/**
 * Steps at least as far apart as in the scenario: each gap is counted from when the step before has
 * settled, so that a step that came late does not bring the next one nearer.
 */
export function pacedClock(): Clock {
  let last = 0;
  return {
    ...impatientClock,
    until: async (at) => {
      const due = performance.now() + (at - last) / 1e6;
      last = at;
      // A timer of Node may be early by a part of a millisecond.
      for (let rest = due - performance.now(); rest > 0; rest = due - performance.now()) {
        await sleep(Math.ceil(rest));
      }
    },
  };
}

/** Virtual time 0 is now; `endsAt` is when the run ends, in virtual nanoseconds. */
export function realClock(endsAt: number): Clock {
  const start = performance.now();
  let worst = 0;
  const until = async (at: number): Promise<void> => {
    const rest = start + at / 1e6 - performance.now();
    if (rest > 0) await sleep(rest);
    worst = Math.max(worst, performance.now() - start - at / 1e6);
  };
  return {
    until,
    untilEnd: () => until(endsAt + SLACK_MS * 1e6),
    isLate: () => worst > TOLERANCE_MS,
  };
}

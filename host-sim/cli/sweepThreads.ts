/** A sweep on several threads, which take the chunks of the range in turn. */
import { LimitReached, parseRange, type SweepOutcome } from "../src/index.ts";
import { watchThread } from "./watchThread.ts";
import type { SweepMessage, SweepRequest, SweepTask } from "./sweepWorker.ts";

export type SweepEnd =
  | { readonly kind: "end" }
  | { readonly kind: "refused"; readonly message: string }
  /** The first place without an outcome; undefined: the module never got as far as an address. */
  | { readonly kind: "stopped"; readonly message: string; readonly place: number | undefined }
  | { readonly kind: "hung"; readonly place: number | undefined };

/**
 * Asks about every address, and hands on the outcomes in the order of the range, whichever thread
 * found them. Where one is stopped or hangs, the others still finish what comes before that place.
 */
export async function sweepOnThreads(
  task: SweepTask,
  timeoutMs: number,
  take: (address: string, outcome: SweepOutcome) => void,
): Promise<SweepEnd> {
  const addresses = parseRange(task.range)?.addresses();
  const shared = (length: number) =>
    new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  const asked = shared(task.jobs).fill(-1);
  const stopAt = shared(1).fill(Infinity);
  const waiting = new Map<number, Outcomes>();
  let next = 0;
  const takeInOrder = (message: Outcomes) => {
    waiting.set(message.from, message);
    for (let ready = waiting.get(next); ready; ready = waiting.get(next)) {
      waiting.delete(next);
      for (const code of ready.codes) {
        const outcome = ready.outcomes[code];
        const address = addresses?.next().value;
        if (outcome && address !== undefined) take(address, outcome);
      }
      next += ready.codes.length;
    }
  };
  const ends = Array.from({ length: task.jobs }, async (_, lane): Promise<SweepEnd> => {
    const end = await watchThread<SweepMessage, Exclude<SweepMessage, Outcomes>>(
      "sweepWorker.js",
      { ...task, lane, asked, stopAt } satisfies SweepRequest,
      timeoutMs,
      (message, watched) => {
        if (message.kind === "outcomes") takeInOrder(message);
        if (message.kind === "ready" || message.kind === "outcomes") watched.restart();
        else watched.end(message);
      },
    ).catch((error: unknown) => {
      // Out of memory. The other threads must come to their end as well.
      if (!(error instanceof LimitReached)) throw error;
      return { kind: "stopped", message: error.message } as const;
    });
    if (end?.kind === "end" || end?.kind === "refused") return end;
    const place = asked[lane] ?? -1;
    // The other threads have nothing to do behind it.
    stopAt[0] = Math.min(stopAt[0] ?? Infinity, place);
    const known = place < 0 ? undefined : place;
    return end?.kind === "stopped"
      ? { kind: "stopped", message: end.message, place: known }
      : { kind: "hung", place: known };
  });
  return firstOf(await Promise.all(ends));
}

type Outcomes = Extract<SweepMessage, { readonly kind: "outcomes" }>;

/** What ended the sweep first, by place in the range. */
function firstOf(ends: readonly SweepEnd[]): SweepEnd {
  const placeOf = (end: SweepEnd) =>
    end.kind === "end" ? Infinity : "place" in end ? (end.place ?? -1) : -1;
  const [first] = [...ends].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return first ?? { kind: "end" };
}

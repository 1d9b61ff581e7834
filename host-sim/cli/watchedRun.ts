/**
 * Plays a scenario in a worker thread under a watchdog, since a guest may never return.
 *
 * The trace up to a hang is had by a second run: the first one posts before each callback, which is
 * cheap, but keeps what happened inside the callback that hangs; the second posts every event.
 */
import type { Limits, Scenario, TraceEvent, VmName } from "../src/index.ts";
import type { RunMessage, RunRequest } from "./runWorker.ts";
import { watchThread } from "./watchThread.ts";

export interface WatchedRun {
  readonly events: readonly TraceEvent[];
  /** Present if the guest did not return in time. */
  readonly hang?: Hang;
  /** Present if the run met a limit of the simulator: which and where. */
  readonly stopped?: string;
}

/** Where the guest was when its time was up. */
export interface Hang {
  /** Absent: while the module was loaded, before any call. */
  readonly callback?: string;
  readonly vm?: VmName;
}

/** A guest that calls the host for ever would fill the memory during the second run. */
const MAX_EVENTS_OF_HANG = 10_000;

/** @param timeoutMs wall time that one callback may take */
export async function watchedRun(
  wasm: Uint8Array,
  scenario: Scenario,
  timeoutMs: number,
  limits: Limits,
): Promise<WatchedRun> {
  const first = await play({ wasm, scenario, limits, everyEvent: false }, timeoutMs);
  if (first.ended) return first;
  const entered = first.events.findLast((event) => event.kind === "guestEnter");
  const again = { wasm, scenario, limits, everyEvent: true };
  const second = await play(again, timeoutMs, entered?.seq);
  if (second.stopped !== undefined) return second;
  const { events } = second;
  const left = new Set(
    events.map((event) => (event.kind === "guestExit" || event.kind === "trap" ? event.enter : 0)),
  );
  const open = events.findLast((event) => event.kind === "guestEnter" && !left.has(event.seq));
  const hang = open?.kind === "guestEnter" ? { callback: open.callback, vm: open.vm } : {};
  return { events, hang };
}

interface Played {
  readonly events: readonly TraceEvent[];
  readonly ended: boolean;
  readonly stopped?: string;
}

/**
 * @param hangsAt `seq` of the callback that is known to hang: the time runs from there on, and the
 *   events in it are limited
 */
async function play(request: RunRequest, timeoutMs: number, hangsAt = Infinity): Promise<Played> {
  const events: TraceEvent[] = [];
  const end = await watchThread<RunMessage, Omit<Played, "events">>(
    "runWorker.js",
    request,
    timeoutMs,
    (message, watched) => {
      if (message.kind === "ready") return watched.restart();
      if (message.kind === "end") return watched.end({ ...message, ended: true });
      for (const event of message.events) {
        if (event.seq > hangsAt + MAX_EVENTS_OF_HANG) return watched.end({ ended: false });
        events.push(event);
      }
      const isInHang = (events.at(-1)?.seq ?? 0) > hangsAt;
      // What comes from within a callback gives it no more time.
      if (!isInHang && message.events.some(({ kind }) => kind === "guestEnter")) watched.restart();
    },
  );
  return { events, ...(end ?? { ended: false }) };
}

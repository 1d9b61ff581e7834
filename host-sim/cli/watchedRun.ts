/**
 * Plays a scenario in a worker thread under a watchdog, since a guest may never return.
 *
 * The trace up to a hang is had by a second run: the first one posts before each callback, which is
 * cheap, but keeps what happened inside the callback that hangs; the second posts every event.
 */
import { Worker } from "node:worker_threads";
import type { Scenario, TraceEvent, VmName } from "../src/index.ts";
import type { RunMessage, RunRequest } from "./runWorker.ts";

export interface WatchedRun {
  readonly events: readonly TraceEvent[];
  /** Present if the run was stopped. */
  readonly hang?: Hang;
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
): Promise<WatchedRun> {
  const first = await play({ wasm, scenario, everyEvent: false }, timeoutMs);
  if (first.ended) return { events: first.events };
  const entered = first.events.findLast((event) => event.kind === "guestEnter");
  const second = await play({ wasm, scenario, everyEvent: true }, timeoutMs, entered?.seq);
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
}

/**
 * @param hangsAt `seq` of the callback that is known to hang: the time runs from there on, and the
 *   events in it are limited
 */
function play(request: RunRequest, timeoutMs: number, hangsAt?: number): Promise<Played> {
  const events: TraceEvent[] = [];
  const worker = new Worker(new URL("./runWorker.js", import.meta.url), { workerData: request });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isDone = false;
    const finish = (ended: boolean) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      worker.terminate().then(() => resolve({ events, ended }), reject);
    };
    const startTimer = () => {
      clearTimeout(timer);
      // On a busy machine messages may wait here already: they come first and start the time anew.
      timer = setTimeout(() => {
        timer = undefined;
        setImmediate(() => {
          if (timer === undefined) finish(false);
        });
      }, timeoutMs);
    };
    worker.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    worker.on("message", (message: RunMessage) => {
      if (isDone) return;
      if (message.kind === "ready") return startTimer();
      if (message.kind === "end") return finish(true);
      for (const event of message.events) {
        if (event.seq > (hangsAt ?? Infinity) + MAX_EVENTS_OF_HANG) return finish(false);
        events.push(event);
      }
      const isInHang = hangsAt !== undefined && (events.at(-1)?.seq ?? 0) > hangsAt;
      if (!isInHang) startTimer();
    });
  });
}

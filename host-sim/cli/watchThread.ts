/** Runs a worker thread under a watchdog, since a guest may never return. */
import { Worker } from "node:worker_threads";
import { LimitReached } from "../src/index.ts";

/** How the listener steers the watchdog. */
export interface Watched<End> {
  /** Ends the thread: `watchThread` answers this. */
  readonly end: (end: End) => void;
  /** The time runs anew. */
  readonly restart: () => void;
}

/**
 * Answers what `onMessage` ends it with, or undefined once `timeoutMs` have passed without a
 * restart. The time begins with the first restart: loading its code is not the guest's time. Throws
 * LimitReached if the thread runs out of memory, and what the thread throws.
 *
 * @param file name of the built file in this folder
 */
export function watchThread<Message, End>(
  file: string,
  workerData: unknown,
  timeoutMs: number,
  onMessage: (message: Message, watched: Watched<End>) => void,
): Promise<End | undefined> {
  const worker = new Worker(new URL(`./${file}`, import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isDone = false;
    const end = (result: End | undefined) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      worker.terminate().then(() => resolve(result), reject);
    };
    const restart = () => {
      clearTimeout(timer);
      // On a busy machine messages may wait here already: they come first and start the time anew.
      timer = setTimeout(() => {
        timer = undefined;
        setImmediate(() => {
          if (timer === undefined) end(undefined);
        });
      }, timeoutMs);
    };
    worker.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      reject(isMemory ? new LimitReached("the simulator ran out of memory") : error);
    });
    worker.on("message", (message: Message) => {
      if (!isDone) onMessage(message, { end, restart });
    });
  });
}

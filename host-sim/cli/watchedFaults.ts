/** Plays every fault in worker threads under a watchdog, since a guest may loop on one. */
import { Worker } from "node:worker_threads";
import { hangingResult, type FaultCase, type FaultResult, type Scenario } from "../src/index.ts";
import type { FaultsMessage, FaultsRequest } from "./faultsWorker.ts";

export type WatchedFaults =
  | { readonly cases: readonly FaultCase[]; readonly results: readonly FaultResult[] }
  /** There is nothing to disturb: the run without faults already ends in this. */
  | { readonly impossible: string };

/**
 * @param timeoutMs wall time that one fault may take
 * @param onProgress called after each fault
 */
export async function watchedFaults(
  wasm: Uint8Array,
  scenario: Scenario,
  timeoutMs: number,
  onProgress: (done: number, all: number) => void,
): Promise<WatchedFaults> {
  let cases: readonly FaultCase[] | undefined;
  const results: FaultResult[] = [];
  const ids = scenario.connections.map(({ id }) => id ?? "");
  for (;;) {
    const ended = await play({ wasm, scenario, from: results.length }, timeoutMs, (message) => {
      if (message.kind === "cases") ({ cases } = message);
      else if (message.kind === "result") {
        results.push(message.result);
        onProgress(results.length, cases?.length ?? 0);
      }
    });
    if (ended.kind === "impossible") return { impossible: ended.reason };
    if (cases && ended.kind === "end") return { cases, results };
    const stuck = cases?.[results.length];
    if (!cases || !stuck) {
      return { impossible: "Without any fault a callback does not return within the time limit." };
    }
    // The next thread goes on behind the fault that hangs.
    results.push(hangingResult(stuck, ids));
    if (results.length === cases.length) return { cases, results };
  }
}

type End = Extract<FaultsMessage, { kind: "end" | "impossible" }> | { readonly kind: "timedOut" };

function play(
  request: FaultsRequest,
  timeoutMs: number,
  onMessage: (message: FaultsMessage) => void,
): Promise<End> {
  const worker = new Worker(new URL("./faultsWorker.js", import.meta.url), { workerData: request });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isDone = false;
    const finish = (end: End) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      worker.terminate().then(() => resolve(end), reject);
    };
    const startTimer = () => {
      clearTimeout(timer);
      // On a busy machine messages may wait here already: they come first and start the time anew.
      timer = setTimeout(() => {
        timer = undefined;
        setImmediate(() => {
          if (timer === undefined) finish({ kind: "timedOut" });
        });
      }, timeoutMs);
    };
    worker.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    worker.on("message", (message: FaultsMessage) => {
      if (isDone) return;
      if (message.kind === "end" || message.kind === "impossible") return finish(message);
      startTimer();
      onMessage(message);
    });
  });
}

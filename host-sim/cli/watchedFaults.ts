/** Plays every fault in worker threads under a watchdog, since a guest may loop on one. */
import {
  hangingResult,
  type FaultCase,
  type FaultResult,
  type Limits,
  type Scenario,
} from "../src/index.ts";
import type { FaultsMessage, FaultsRequest } from "./faultsWorker.ts";
import { watchThread } from "./watchThread.ts";

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
  limits: Limits,
  onProgress: (done: number, all: number) => void,
): Promise<WatchedFaults> {
  let cases: readonly FaultCase[] | undefined;
  const results: FaultResult[] = [];
  const ids = scenario.connections.map(({ id }) => id ?? "");
  for (;;) {
    const request = { wasm, scenario, limits, from: results.length };
    const ended = await play(request, timeoutMs, (message) => {
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

async function play(
  request: FaultsRequest,
  timeoutMs: number,
  take: (message: FaultsMessage) => void,
): Promise<End> {
  const end = await watchThread<FaultsMessage, End>(
    "faultsWorker.js",
    request,
    timeoutMs,
    (message, watched) => {
      if (message.kind === "end" || message.kind === "impossible") return watched.end(message);
      watched.restart();
      take(message);
    },
  );
  return end ?? { kind: "timedOut" };
}

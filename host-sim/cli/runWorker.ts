/** Runs in a worker thread: plays one scenario and posts its events. */
import { parentPort, workerData } from "node:worker_threads";
import { loadLibraries, simulate, type Scenario, type TraceEvent } from "../src/index.ts";

export interface RunRequest {
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  /** Post every event by itself instead of batches before each callback. */
  readonly everyEvent: boolean;
}

export type RunMessage =
  /** The thread has loaded its code; what follows is the guest's time. */
  | { readonly kind: "ready" }
  | { readonly kind: "events"; readonly events: readonly TraceEvent[] }
  | { readonly kind: "end" };

const port = parentPort;
if (!port) throw new Error("runWorker is a worker thread's file");
const { wasm, scenario, everyEvent } = workerData as RunRequest;

let batch: TraceEvent[] = [];
const post = () => {
  if (batch.length === 0) return;
  port.postMessage({ kind: "events", events: batch } satisfies RunMessage);
  batch = [];
};
const libraries = await loadLibraries(wasm);
port.postMessage({ kind: "ready" } satisfies RunMessage);
simulate(
  wasm,
  scenario,
  (event) => {
    batch.push(event);
    // What is posted here arrives even if the callback that follows never returns.
    if (everyEvent || event.kind === "guestEnter") post();
  },
  { everyEvent, libraries },
);
post();
port.postMessage({ kind: "end" } satisfies RunMessage);

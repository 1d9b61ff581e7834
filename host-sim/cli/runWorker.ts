/** Runs in a worker thread: plays one scenario and posts its events. */
import { parentPort, workerData } from "node:worker_threads";
import {
  loadLibraries,
  simulate,
  type Limits,
  type Scenario,
  type TraceEvent,
} from "../src/index.ts";

export interface RunRequest {
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  readonly limits: Limits;
  /** Post every event by itself instead of batches before each callback. */
  readonly everyEvent: boolean;
}

export type RunMessage =
  /** The thread has loaded its code; what follows is the guest's time. */
  | { readonly kind: "ready" }
  | { readonly kind: "events"; readonly events: readonly TraceEvent[] }
  /** `stopped`: which limit ended the run. */
  | { readonly kind: "end"; readonly stopped?: string };

/** More than a callback should have; a storm of calls must not be kept here. */
const BATCH = 4096;

const port = parentPort;
if (!port) throw new Error("runWorker is a worker thread's file");
const { wasm, scenario, limits, everyEvent } = workerData as RunRequest;

let batch: TraceEvent[] = [];
const post = () => {
  if (batch.length === 0) return;
  port.postMessage({ kind: "events", events: batch } satisfies RunMessage);
  batch = [];
};
const libraries = await loadLibraries(wasm);
port.postMessage({ kind: "ready" } satisfies RunMessage);
const { stopped } = simulate(
  wasm,
  scenario,
  (event) => {
    batch.push(event);
    // What is posted here arrives even if the callback that follows never returns.
    if (everyEvent || event.kind === "guestEnter" || batch.length === BATCH) post();
  },
  { everyEvent, libraries, limits },
);
post();
const end: RunMessage = stopped === undefined ? { kind: "end" } : { kind: "end", stopped };
port.postMessage(end);

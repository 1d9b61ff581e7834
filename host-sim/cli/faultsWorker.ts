/** Runs in a worker thread: plays the faults of a scenario, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import {
  FaultLab,
  loadLibraries,
  NoFaultsPossible,
  type FaultCase,
  type FaultResult,
  type Limits,
  type Scenario,
} from "../src/index.ts";

export interface FaultsRequest {
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  readonly limits: Limits;
  /** Index of the first fault to play. */
  readonly from: number;
}

export type FaultsMessage =
  /** The thread has loaded its code; what follows is the guest's time. */
  | { readonly kind: "ready" }
  | { readonly kind: "cases"; readonly cases: readonly FaultCase[] }
  | { readonly kind: "result"; readonly result: FaultResult }
  | { readonly kind: "impossible"; readonly reason: string }
  | { readonly kind: "end" };

const port = parentPort;
if (!port) throw new Error("faultsWorker is a worker thread's file");
const post = (message: FaultsMessage) => port.postMessage(message);
const { wasm, scenario, limits, from } = workerData as FaultsRequest;

const libraries = await loadLibraries(wasm);
post({ kind: "ready" });
try {
  const lab = new FaultLab(wasm, scenario, libraries, limits);
  post({ kind: "cases", cases: lab.cases });
  for (const faultCase of lab.cases.slice(from)) {
    post({ kind: "result", result: lab.play(faultCase) });
  }
  post({ kind: "end" });
} catch (error) {
  if (!(error instanceof NoFaultsPossible)) throw error;
  post({ kind: "impossible", reason: error.message });
}

/** A thread of the sweep over all cores. */
import { parentPort, workerData } from "node:worker_threads";
import { sweepPart, type SweepRequest } from "./sweep.ts";

parentPort?.postMessage(sweepPart(workerData as SweepRequest));

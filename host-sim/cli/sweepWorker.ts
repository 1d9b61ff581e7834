/** Runs in a worker thread: asks the filter about one address after the other. */
import { parentPort, workerData } from "node:worker_threads";
import {
  LimitReached,
  loadLibraries,
  PluginRefused,
  Sweep,
  parseRange,
  type Libraries,
  type Limits,
  type Scenario,
  type SweepOutcome,
} from "../src/index.ts";

export interface SweepTask {
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  readonly limits: Limits;
  readonly range: string;
  readonly destination: string;
  /** How many threads there are. */
  readonly jobs: number;
}

/** The share of one thread. */
export interface SweepRequest extends SweepTask {
  /** Which of the threads this is. */
  readonly lane: number;
  /** By thread, the place of the address that it asks about now; -1 before the first. */
  readonly asked: Float64Array<SharedArrayBuffer>;
  /** One number: what comes from this place on is wanted by nobody. */
  readonly stopAt: Float64Array<SharedArrayBuffer>;
}

export type SweepMessage =
  /** The thread has loaded its code; what follows is the guest's time. */
  | { readonly kind: "ready" }
  /** The addresses from the place `from` on: their outcomes by place in `outcomes`. */
  | {
      readonly kind: "outcomes";
      readonly from: number;
      readonly codes: readonly number[];
      readonly outcomes: readonly SweepOutcome[];
    }
  | { readonly kind: "refused"; readonly message: string }
  /** The simulator's limit that ended it, a sentence without its end. */
  | { readonly kind: "stopped"; readonly message: string }
  | { readonly kind: "end" };

/** Addresses that a thread takes at a time, one chunk after the other threads' chunks. */
const CHUNK = 4096;
/** Outcomes are posted at the end of a chunk, or when they are this old (milliseconds). */
const BATCH_AGE_MS = 100;
const SOURCE_PORT = 40000;

/** An address with the port that every connection of a sweep comes from. */
export function sourceOf(address: string): string {
  return address.includes(":") ? `[${address}]:${SOURCE_PORT}` : `${address}:${SOURCE_PORT}`;
}

function sweep(request: SweepRequest, libraries: Libraries): void {
  const { wasm, scenario, limits, range: text, destination, jobs, lane, asked, stopAt } = request;
  const filter = new Sweep(wasm, scenario, libraries, limits);
  const range = parseRange(text);
  if (!range) return;
  const step = BigInt(jobs * CHUNK);
  for (let from = BigInt(lane * CHUNK); from < range.size; from += step) {
    if (Number(from) >= (stopAt[0] ?? Infinity)) return;
    const to = from + BigInt(CHUNK);
    sweepChunk(range.addresses(from, to < range.size ? to : range.size), Number(from));
  }

  function sweepChunk(addresses: Iterable<string>, first: number): void {
    let from = first;
    let codes: number[] = [];
    let places = new Map<string, number>();
    let outcomes: SweepOutcome[] = [];
    let startedAt = performance.now();
    const flush = () => {
      post({ kind: "outcomes", from, codes, outcomes });
      from += codes.length;
      codes = [];
      places = new Map();
      outcomes = [];
      startedAt = performance.now();
    };
    try {
      for (const address of addresses) {
        asked[lane] = from + codes.length;
        const outcome = filter.decide(sourceOf(address), destination);
        const key =
          outcome.kind === "routed" ? outcome.by + outcome.cluster : JSON.stringify(outcome);
        let place = places.get(key);
        if (place === undefined) places.set(key, (place = outcomes.push(outcome) - 1));
        codes.push(place);
        if (performance.now() - startedAt > BATCH_AGE_MS) flush();
      }
    } finally {
      if (codes.length > 0) flush();
    }
  }
}

const post = (message: SweepMessage) => parentPort?.postMessage(message);

if (parentPort) {
  const request = workerData as SweepRequest;
  const libraries = await loadLibraries(request.wasm);
  post({ kind: "ready" });
  try {
    sweep(request, libraries);
    post({ kind: "end" });
  } catch (error) {
    if (error instanceof PluginRefused) post({ kind: "refused", message: error.message });
    else if (error instanceof LimitReached) post({ kind: "stopped", message: error.message });
    else throw error;
  }
}

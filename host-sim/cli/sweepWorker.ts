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

export interface SweepRequest {
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  readonly limits: Limits;
  readonly range: string;
  readonly destination: string;
  /** One number: how many addresses have been asked about, the present one included. */
  readonly asked: Float64Array<SharedArrayBuffer>;
}

export type SweepMessage =
  /** The thread has loaded its code; what follows is the guest's time. */
  | { readonly kind: "ready" }
  /** The next addresses: their outcomes by place in `outcomes`. */
  | {
      readonly kind: "outcomes";
      readonly codes: readonly number[];
      readonly outcomes: readonly SweepOutcome[];
    }
  | { readonly kind: "refused"; readonly message: string }
  /** The simulator's limit that ended it, a sentence without its end. */
  | { readonly kind: "stopped"; readonly message: string }
  | { readonly kind: "end" };

/** Outcomes are posted in pieces of this many, or when they are this old (milliseconds). */
const BATCH = 4096;
const BATCH_AGE_MS = 100;
const SOURCE_PORT = 40000;

/** An address with the port that every connection of a sweep comes from. */
export function sourceOf(address: string): string {
  return address.includes(":") ? `[${address}]:${SOURCE_PORT}` : `${address}:${SOURCE_PORT}`;
}

function sweep(
  { wasm, scenario, limits, range, destination, asked }: SweepRequest,
  libraries: Libraries,
): void {
  const filter = new Sweep(wasm, scenario, libraries, limits);
  let codes: number[] = [];
  let places = new Map<string, number>();
  let outcomes: SweepOutcome[] = [];
  let startedAt = performance.now();
  const flush = () => {
    post({ kind: "outcomes", codes, outcomes });
    codes = [];
    places = new Map();
    outcomes = [];
    startedAt = performance.now();
  };
  try {
    for (const address of parseRange(range)?.addresses() ?? []) {
      asked[0] = (asked[0] ?? 0) + 1;
      const outcome = filter.decide(sourceOf(address), destination);
      const key =
        outcome.kind === "routed" ? outcome.by + outcome.cluster : JSON.stringify(outcome);
      let place = places.get(key);
      if (place === undefined) places.set(key, (place = outcomes.push(outcome) - 1));
      codes.push(place);
      if (codes.length === BATCH || performance.now() - startedAt > BATCH_AGE_MS) flush();
    }
  } finally {
    flush();
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

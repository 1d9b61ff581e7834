/** Changed and random modules, played to their end in threads that a watchdog ends. */
import { Worker } from "node:worker_threads";
import { Random } from "../src/random.ts";
import { mutate } from "./mutate.ts";
import type { ModuleOutcome } from "./moduleWorker.ts";

export interface ModuleCounts {
  readonly played: number;
  readonly refused: number;
  readonly accepted: number;
  readonly trapped: number;
  /** Envoy would have died. */
  readonly deaths: number;
  /** Ended by the watchdog. */
  readonly hung: number;
}

export interface ModuleFailure {
  readonly module: Uint8Array;
  readonly message: string;
}

/** Wall time that one module may take; many are endless loops. */
const PATIENCE_MS = 1500;

/** The modules of one run: each a seed with a few changes, most of them in place. */
export function* changedModules(
  seeds: readonly Uint8Array[],
  count: number,
  seed: number,
): Generator<Uint8Array, void> {
  const random = new Random(seed);
  for (let index = 0; index < count; index++) {
    const start = seeds[random.next() % seeds.length] ?? new Uint8Array(0);
    yield mutate(start, seeds, random, { words: [], keepLength: 90 });
  }
}

/**
 * Plays each module; a simulator that throws is a failure.
 *
 * @param lanes threads at a time
 */
export async function playModules(
  modules: Iterable<Uint8Array>,
  lanes: number,
  onProgress: (counts: ModuleCounts) => void,
): Promise<{ readonly counts: ModuleCounts; readonly failures: readonly ModuleFailure[] }> {
  const counts = { played: 0, refused: 0, accepted: 0, trapped: 0, deaths: 0, hung: 0 };
  const failures: ModuleFailure[] = [];
  const iterator = modules[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    let thread = startThread();
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const outcome = await thread.play(next.value);
      counts.played += 1;
      if (outcome.kind === "hung") {
        counts.hung += 1;
        thread = startThread();
      } else if (outcome.kind === "failed") {
        failures.push({ module: next.value, message: outcome.message });
        await thread.stop();
        thread = startThread();
      } else {
        counts[outcome.kind] += 1;
      }
      onProgress(counts);
    }
    await thread.stop();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { counts, failures };
}

interface Thread {
  readonly play: (module: Uint8Array) => Promise<ModuleOutcome | { readonly kind: "hung" }>;
  readonly stop: () => Promise<unknown>;
}

function startThread(): Thread {
  const worker = new Worker(new URL("./moduleWorker.js", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let answer: ((outcome: ModuleOutcome) => void) | undefined;
  worker.on("message", (outcome: ModuleOutcome) => answer?.(outcome));
  worker.on("error", (error) => answer?.({ kind: "failed", message: String(error) }));
  return {
    play: (module) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          answer = undefined;
          void worker.terminate().then(() => resolve({ kind: "hung" }));
        }, PATIENCE_MS);
        answer = (outcome) => {
          clearTimeout(timer);
          answer = undefined;
          resolve(outcome);
        };
        worker.postMessage(module);
      }),
    stop: () => worker.terminate(),
  };
}

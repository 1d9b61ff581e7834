/** (c) Sweeps, on one core and on all. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { parseRange, Sweep } from "../src/index.ts";
import { scenarioOf } from "./benchScenario.ts";
import { cpuClock } from "./connections.ts";
import type { Figure, Part } from "./part.ts";
import { median } from "./rounds.ts";

export interface SweepRequest {
  readonly wasm: Uint8Array;
  readonly cidr: string;
  readonly from: bigint;
  readonly to: bigint;
}

const REPEATS = 5;
const ranges = [
  { cidr: "10.0.0.0/24", repeats: REPEATS },
  { cidr: "10.0.0.0/16", repeats: REPEATS, target: 150 },
  { cidr: "10.0.0.0/12", repeats: 1 },
];

/** Decides a part of a range; answers how many addresses a cluster was found for. */
export function sweepPart({ wasm, cidr, from, to }: SweepRequest): number {
  const range = parseRange(cidr);
  if (!range) throw new Error(`${cidr} is no range`);
  const sweep = new Sweep(wasm, scenarioOf([]));
  let routed = 0;
  for (const address of range.addresses(from, to)) {
    const outcome = sweep.decide(`${address}:40000`, "203.0.113.10:443");
    if (outcome.kind === "routed" && outcome.by === "filterState") routed++;
  }
  return routed;
}

function onOneCore(wasm: Uint8Array): Figure[] {
  return ranges.map(({ cidr, repeats, target }) => {
    const size = parseRange(cidr)?.size ?? 0n;
    const times = Array.from({ length: repeats }, () => {
      const started = cpuClock();
      const routed = sweepPart({ wasm, cidr, from: 0n, to: size });
      if (BigInt(routed) !== size) throw new Error(`${cidr}: ${routed} of ${size} were routed`);
      return (cpuClock() - started) / 1000;
    });
    return {
      what: `${cidr}, one core`,
      value: median(times),
      unit: "ms",
      ...(target === undefined ? {} : { target }),
      note: `${((median(times) * 1000) / Number(size)).toFixed(2)} µs an address; the first time ${(times[0] ?? 0).toFixed(0)} ms`,
    };
  });
}

/** Threads are started and compile anew, as for somebody who asks once. */
async function onAllCores(wasm: Uint8Array, cidr: string): Promise<Figure> {
  const size = parseRange(cidr)?.size ?? 0n;
  const cores = BigInt(availableParallelism());
  const started = performance.now();
  const parts = Array.from({ length: Number(cores) }, (_, i) => {
    const core = BigInt(i);
    const request: SweepRequest = {
      wasm,
      cidr,
      from: (size * core) / cores,
      to: (size * (core + 1n)) / cores,
    };
    const worker = new Worker(new URL("./sweepWorker.js", import.meta.url), {
      workerData: request,
    });
    return new Promise<number>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  });
  const routed = (await Promise.all(parts)).reduce((sum, part) => sum + part, 0);
  if (BigInt(routed) !== size) throw new Error(`${cidr}: ${routed} of ${size} were routed`);
  const took = performance.now() - started;
  return {
    what: `${cidr}, all ${cores} cores`,
    value: took,
    unit: "ms",
    note: "with the start of the threads",
  };
}

export const sweep: Part = {
  name: "sweep",
  title: "Sweeps: one decision for each address (one core: CPU time; all cores: wall time)",
  run: async ({ wasm }) => {
    const figures = onOneCore(wasm);
    for (const { cidr } of ranges.slice(1)) figures.push(await onAllCores(wasm, cidr));
    return figures;
  },
};

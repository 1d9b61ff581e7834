/** The sweep: what was typed, what came of it, and what of it is in view. Loaded with its view. */
import { create } from "zustand";
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import { pathTo, type Block } from "../trace/sweep/heatMap.ts";
import type { AddressList, SweepInput, SweepPlan } from "../trace/sweep/plan.ts";
import type { EvenOddRule } from "../trace/sweep/rule.ts";
import type { Module } from "./store.ts";

export interface SweepRun {
  readonly status: "running" | "done" | "stopped" | "refused" | "hung" | "failed";
  /** For `refused`, `hung` and `failed`. */
  readonly message?: string;
  readonly plan: SweepPlan;
  readonly list: AddressList;
  /** Filled in place while it runs: the run is replaced by a new one whenever more is known. */
  readonly codes: Uint8Array;
  readonly table: readonly SweepOutcome[];
  readonly done: number;
  readonly workers: number;
  /** Milliseconds from the start to here. */
  readonly took: number;
  /** What gave it. */
  readonly module: Module;
  readonly document: ScenarioDocument;
}

/** The rule to check against: chosen by hand, the likely one, or none. */
export type Expectation = "none" | "evenOdd";

interface SweepState {
  /** Undefined: not typed yet, taken from the scenario. */
  readonly input: SweepInput | undefined;
  readonly run: SweepRun | undefined;
  /** The destination that the map shows. */
  readonly port: number;
  /** The blocks from the whole sweep to the one in view; always one at least. */
  readonly path: readonly Block[];
  /** First place of the selected cell, among the addresses. */
  readonly selected: number;
  readonly expectation: Expectation;
  /** Undefined: what most addresses do. */
  readonly rule: EvenOddRule | undefined;

  set(patch: Partial<Omit<SweepState, "set" | "begin" | "progress" | "open" | "show">>): void;
  /** Another sweep; with other addresses the whole of them is in view, and `selected` is. */
  begin(run: SweepRun, selected: number): void;
  progress(patch: Partial<SweepRun>): void;
  /** Opens a block of the one in view. */
  open(block: Block): void;
  /** Brings the connection at a place into view, and selects it. */
  show(index: number): void;
}

const whole = (list: AddressList): Block => ({ first: 0, size: list.count });

export const useSweep = create<SweepState>()((set) => ({
  input: undefined,
  run: undefined,
  port: 0,
  path: [],
  selected: 0,
  expectation: "none",
  rule: undefined,

  set: (patch) => set(patch),
  begin: (run, first) =>
    set(({ run: before, path, selected, port }) => {
      const isSame = before?.plan.ranges.join() === run.plan.ranges.join();
      return {
        run,
        path: isSame ? path : [whole(run.list)],
        selected: isSame ? selected : first,
        port: Math.min(port, run.plan.destinations.length - 1),
      };
    }),
  progress: (patch) => set(({ run }) => (run ? { run: { ...run, ...patch } } : {})),
  open: (block) => set(({ path }) => ({ path: [...path, block], selected: block.first })),
  show: (index) =>
    set(({ run }) => {
      if (!run) return {};
      const selected = index % run.list.count;
      return {
        port: Math.floor(index / run.list.count),
        path: pathTo(run.list.count, selected),
        selected,
      };
    }),
}));

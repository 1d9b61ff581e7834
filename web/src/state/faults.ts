/** The fault lab: what was played, and what of it is in view. Loaded with its view. */
import { create } from "zustand";
import type { FaultCase, FaultResult, ScenarioDocument } from "wasmerang";
import type { ColumnName } from "../trace/faults/matrix.ts";
import type { Module } from "./store.ts";

export interface FaultRun {
  readonly status: "running" | "done" | "stopped" | "impossible" | "failed";
  /** For `impossible` and `failed`. */
  readonly message?: string;
  readonly cases: readonly FaultCase[];
  /** As many as are done. */
  readonly results: readonly FaultResult[];
  /** `id` of the connection that is disturbed. */
  readonly id: string;
  /** What gave it. */
  readonly module: Module;
  readonly document: ScenarioDocument;
  readonly connection: number;
}

/** A cell of the table: the call by its `seq`, and the kind of fault. */
export interface FaultCell {
  readonly seq: number;
  readonly column: ColumnName;
}

interface FaultsState {
  readonly run: FaultRun | undefined;
  /** Undefined: the worst one. */
  readonly selected: FaultCell | undefined;
  /** Whether tcp_proxy's own cluster is a right answer to a fault. */
  readonly mayDefault: boolean;

  begin(run: FaultRun): void;
  progress(patch: Partial<FaultRun>): void;
  set(patch: Partial<Pick<FaultsState, "selected" | "mayDefault">>): void;
}

export const useFaults = create<FaultsState>()((set) => ({
  run: undefined,
  selected: undefined,
  mayDefault: true,

  begin: (run) => set({ run }),
  progress: (patch) => set(({ run }) => (run ? { run: { ...run, ...patch } } : {})),
  set: (patch) => set(patch),
}));

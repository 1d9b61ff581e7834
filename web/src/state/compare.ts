/** The comparison: what B is, what came of it. A is the present module and scenario. */
import { create } from "zustand";
import type { ScenarioDocument } from "wasmerang";
import type { SweptSide } from "../trace/compare/routeChanges.ts";
import type { AddressList, SweepPlan } from "../trace/sweep/plan.ts";
import { editPlugin, type PluginDocument } from "./editScenario.ts";
import type { Module, Run } from "./store.ts";

/** Which module B is; a module of the user's, or a build of the gallery that is fetched. */
export type ModuleChoice =
  | { readonly kind: "same" }
  | { readonly kind: "gallery"; readonly id: string }
  | { readonly kind: "module"; readonly module: Module };

/** What B has of its own; absent: as A. A configuration of undefined: Envoy hands over none. */
export interface Override {
  readonly configuration?: PluginDocument["configuration"] | undefined;
  readonly failurePolicy?: NonNullable<PluginDocument["failurePolicy"]>;
}

/** One plan, asked of A and then of B. */
export interface ComparedSweep {
  readonly status: "running" | "done" | "stopped" | "failed";
  /** For `failed`: what was in the way, and on which side. */
  readonly message?: string;
  readonly plan: SweepPlan;
  readonly list: AddressList;
  readonly a: SweptSide;
  readonly b: SweptSide;
  /** Connections answered, of both sides. */
  readonly done: number;
  readonly took: number;
  /** What gave it. */
  readonly modules: readonly [Module, Module];
  readonly documents: readonly [ScenarioDocument, ScenarioDocument];
}

/** A run of B, beside the document of A that it was made of. */
export interface RunOfB extends Run {
  readonly documentOfA: ScenarioDocument;
}

interface CompareState {
  readonly choice: ModuleChoice;
  /** The module of a gallery choice when it has come. */
  readonly fetched: Module | undefined;
  /** What is wrong with the chosen module; the last one stays. */
  readonly problem: string | undefined;
  readonly override: Override;
  /** The modules that were chosen as files or kept, to choose again. */
  readonly kept: readonly Module[];
  readonly runB: RunOfB | undefined;
  readonly tab: "trace" | "sweep";
  /** Place of the selected pair of rows; undefined: the first difference. */
  readonly row: number | undefined;
  readonly sweep: ComparedSweep | undefined;
  set(patch: Partial<Omit<CompareState, "set">>): void;
}

export const useCompare = create<CompareState>()((set) => ({
  choice: { kind: "same" },
  fetched: undefined,
  problem: undefined,
  override: {},
  kept: [],
  runB: undefined,
  tab: "trace",
  row: undefined,
  sweep: undefined,
  set: (patch) => set(patch),
}));

/** The module of B, given that of A; undefined while it is fetched. */
export function moduleOfB(
  { choice, fetched }: Pick<CompareState, "choice" | "fetched">,
  a: Module | undefined,
): Module | undefined {
  switch (choice.kind) {
    case "same":
      return a;
    case "gallery":
      return fetched?.entry === choice.id ? fetched : undefined;
    case "module":
      return choice.module;
  }
}

/** The scenario of B: that of A, with another configuration or failure policy. */
export function documentOfB(override: Override, a: ScenarioDocument): ScenarioDocument {
  return Object.keys(override).length === 0 ? a : editPlugin(a, override);
}

/** Every message between the page and a worker of a sweep. */
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import type { SweepPlan } from "../../trace/sweep/plan.ts";

/** What is asked of whom; each worker loads it once. */
export interface SweepJob {
  readonly wasm: Uint8Array;
  readonly document: ScenarioDocument;
  readonly plan: SweepPlan;
}

export type SweepRequest =
  | { readonly kind: "load"; readonly job: SweepJob }
  /** The connections from `from` to before `to`. */
  | {
      readonly kind: "ask";
      readonly from: number;
      readonly to: number;
      /** Says each place before it is asked: what hangs is then known. */
      readonly oneByOne: boolean;
    };

export type SweepMessage =
  /** The worker has its code and begins to load the module. */
  | { readonly kind: "loading" }
  /** The answers to `load`; after a refusal nothing that was asked is answered. */
  | { readonly kind: "loaded" }
  | { readonly kind: "refused"; readonly message: string }
  /** The next outcomes of what was asked; `codes` are as OutcomeTable gives them, for this `table`. */
  | {
      readonly kind: "outcomes";
      readonly from: number;
      readonly codes: Uint8Array;
      readonly table: readonly SweepOutcome[];
    }
  | { readonly kind: "asking"; readonly index: number }
  /** All that was asked is answered. */
  | { readonly kind: "idle" }
  /** A bug of ours: the error with its stack. */
  | { readonly kind: "failed"; readonly message: string };

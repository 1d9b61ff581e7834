/** Every message between the page and the worker of the fault lab. */
import type { FaultCase, FaultResult, ScenarioDocument } from "wasmerang";

export interface FaultsRequest {
  readonly wasm: Uint8Array;
  readonly document: ScenarioDocument;
  /** Only faults at calls of this connection (its place in the scenario), or of none. */
  readonly connection: number;
  /** How many of those are done: the next ones are played. */
  readonly from: number;
}

export type FaultsMessage =
  /** The code is loaded; what follows is the guest's time. */
  | { readonly kind: "loaded" }
  | {
      readonly kind: "cases";
      readonly cases: readonly FaultCase[];
      readonly ids: readonly string[];
    }
  | { readonly kind: "results"; readonly results: readonly FaultResult[] }
  | { readonly kind: "end" }
  /** Envoy refuses the plugin, the scenario is invalid: there is nothing to disturb. */
  | { readonly kind: "impossible"; readonly message: string }
  /** A bug of ours: the error with its stack. */
  | { readonly kind: "failed"; readonly message: string };

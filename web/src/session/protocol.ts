/** Every message between the page and the simulator's worker. */
import type { ScenarioProblem, TraceEvent } from "wasmerang";
import type { ModuleInspection } from "../state/moduleInspection.ts";

/** The only message to a worker: one worker, one run or one inspection. */
export type SimulatorRequest = RunRequest | InspectRequest;

export interface InspectRequest {
  readonly kind: "inspect";
  readonly wasm: Uint8Array;
}

export interface RunRequest {
  readonly kind: "run";
  /** Absent: the document is checked and nothing runs. */
  readonly wasm: Uint8Array | undefined;
  /** As edited, or as a link brought it: the worker checks it. */
  readonly document: unknown;
  /** Posts every event at once instead of in batches: what came before a hang is then known. */
  readonly eventByEvent: boolean;
}

export type SimulatorMessage =
  /** Comes first. With problems it is the only message. */
  | { readonly kind: "checked"; readonly problems: readonly ScenarioProblem[] }
  | { readonly kind: "events"; readonly events: readonly TraceEvent[] }
  | { readonly kind: "end" }
  /** The only answer to an inspection. */
  | { readonly kind: "inspected"; readonly inspection: ModuleInspection }
  /** A bug of ours: the error with its stack. */
  | { readonly kind: "failed"; readonly message: string };

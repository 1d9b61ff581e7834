/** Every message between the page and the simulator's worker. */
import type { ScenarioDocument, ScenarioProblem, StackFrame, TraceEvent } from "wasmerang";
import type { ModuleInspection } from "../state/moduleInspection.ts";
import type { Observation, Question } from "../trace/observation.ts";

/** The only message to a worker: one worker, one run, one inspection or one question. */
export type SimulatorRequest = RunRequest | InspectRequest | ObserveRequest;

/** Runs the scenario again to answer a question about it. */
export interface ObserveRequest {
  readonly kind: "observe";
  readonly wasm: Uint8Array;
  /** Has run before. */
  readonly document: ScenarioDocument;
  readonly question: Question;
}

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
  /** Asks for the guest's stack at each host call, which costs a few microseconds a call. */
  readonly withStacks: boolean;
}

/** The guest's frames at a host call, innermost first, by the call's `seq`. */
export type CallStack = readonly [seq: number, frames: readonly StackFrame[]];

export type SimulatorMessage =
  /** Comes first. With problems it is the only message. */
  | { readonly kind: "checked"; readonly problems: readonly ScenarioProblem[] }
  | {
      readonly kind: "events";
      readonly events: readonly TraceEvent[];
      /** Of host calls, as far as they were asked for; one may come before its event. */
      readonly stacks: readonly CallStack[];
    }
  /** `stopped`: the limit of the simulator that ended the run, and where. */
  | { readonly kind: "end"; readonly stopped?: string }
  /** The answer to a question, after a `checked`. */
  | { readonly kind: "observed"; readonly observation: Observation }
  /** The only answer to an inspection. */
  | { readonly kind: "inspected"; readonly inspection: ModuleInspection }
  /** A bug of ours: the error with its stack. */
  | { readonly kind: "failed"; readonly message: string };

/** Looks into a run while it stands still: what a trace does not hold, of a moment that is asked for. */
import type { AttributeAnswer } from "./envoy/attributes.ts";
import type { StackFrame } from "./trace.ts";

type PropertyBytes = AttributeAnswer<Uint8Array>;

/** What the listeners are handed is valid only while they run. */
export interface RunObserver {
  /**
   * Around each host call of every VM; `seq` is the call's own. There is no "after" where the call
   * did not return. `memory` is all of the guest's linear memory, not a copy; `stack` asks the engine
   * for the guest's frames, innermost first: the one that called the host.
   */
  readonly hostCall?: (
    seq: number,
    when: "before" | "after",
    memory: Uint8Array,
    stack: () => readonly StackFrame[],
  ) => void;
  /** Where Envoy has a callback for a connection's filter, whether or not the guest exports it. */
  readonly phase?: (phase: Phase) => void;
  /** A counter or gauge has a new value; `name` as in Envoy's /stats, `seq` as in Phase. */
  readonly stat?: (name: string, value: bigint, seq: number) => void;
}

/** A moment at which a connection's filter could be asked. */
export interface Phase {
  readonly callback: string;
  /** Index into the scenario's connections. */
  readonly connection: number;
  /** `seq` of the newest event: what is read here is as it was right after it. */
  readonly seq: number;
  /** What proxy_get_property would find here; segments of `path` are separated by NUL. */
  readonly property: (path: string) => PropertyBytes;
}

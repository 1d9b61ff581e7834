/**
 * Limits of the simulator, so that no guest takes the whole machine. A run that meets one is stopped
 * and says so; up to there everything was as in Envoy.
 */

const MIB = 2 ** 20;

/** Envoy's own for one VM (proxy-wasm-cpp-host limits.h): beyond it memory.grow answers -1. */
export const ENVOY_MEMORY_BYTES = 1024 * MIB;
/** What one VM's memory may have where a module is not trusted: page and command line. */
export const GUEST_MEMORY_BYTES = 256 * MIB;
/** The same for a trace, see `traceBytes`. As JSON, one call with all of it is a string that engines still take. */
export const TRACE_BYTES = 64 * MIB;
/** What Envoy would keep for the guests outside of their memories: shared data, queues, metrics. */
export const HELD_BYTES = 256 * MIB;
/** About what an event takes beside its data, once it is an object. */
export const EVENT_BYTES = 128;

export interface Limits {
  /** Of the linear memory of one VM. Envoy's own limit is met as in Envoy; a lower one stops the run. */
  readonly memoryBytes: number;
  /** Of the trace: all data in it, and EVENT_BYTES for each event. */
  readonly traceBytes: number;
}

/** What Envoy has. */
export const envoyLimits: Limits = { memoryBytes: ENVOY_MEMORY_BYTES, traceBytes: Infinity };
/** For modules of anybody. */
export const guestLimits: Limits = { memoryBytes: GUEST_MEMORY_BYTES, traceBytes: TRACE_BYTES };

/** Thrown when a run meets a limit of the simulator; the message says which. */
export class LimitReached extends Error {}

/** `64 MiB`, `1 GiB`, `1000 bytes`. */
export function formatSize(bytes: number): string {
  if (bytes % (1024 * MIB) === 0) return `${bytes / (1024 * MIB)} GiB`;
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}

/** Throws LimitReached where the memory of a VM has grown beyond the limit. */
export function checkMemory(bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new LimitReached(
    `the guest's memory has grown beyond ${formatSize(limit)} (Envoy gives a VM up to ${formatSize(ENVOY_MEMORY_BYTES)})`,
  );
}

/** Throws LimitReached where a trace is too long. */
export function checkTrace(bytes: number, limit: number): void {
  if (bytes > limit) throw new LimitReached(`the trace has more than ${formatSize(limit)}`);
}

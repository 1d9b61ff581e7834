/** What recorder.ts writes and decodeTrace.ts reads. */
import type { Trap, TraceEvent, VmName } from "./trace.ts";

/** Each record begins with one of these; the comment gives what follows. */
export const Op = {
  /** seconds, nanoseconds */
  time: 0,
  /** vm, context id, connection index or -1 */
  place: 1,
  /** callback (string), count, args… */
  guestEnter: 2,
  /** flags, returned */
  guestExit: 3,
  /** function, its words… (an i64 takes two), then for each bytes parameter: arena start, length or -1 */
  hostCall: 4,
  /** flags, returned, count, then for each result: a, b, arena start, length or -1 */
  hostReturn: 5,
  /** callback (string), size */
  allocate: 6,
  /** pointer */
  allocated: 7,
  /** object: an event without seq, at and place */
  event: 8,
  /** object: a Trap; ends the innermost guestEnter or allocate */
  trap: 9,
  /** string */
  note: 10,
  notModelled: 11,
  propertyType: 12,
  propertyAbsent: 13,
  /** object: a FilterStateChange */
  filterState: 14,
  /** the host call threw into the guest instead of returning */
  hostThrow: 15,
  /** level, shown, prefix (string), arena start, length */
  log: 16,
} as const;

export const Flag = { returned: 1, injected: 2 } as const;
export const vmNames: readonly VmName[] = ["base", "canary", "main", "worker"];

/** What one event says besides its place and number. */
export type EventBody<K extends TraceEvent["kind"] = TraceEvent["kind"]> = {
  [Kind in K]: Omit<
    Extract<TraceEvent, { kind: Kind }>,
    "seq" | "at" | "vm" | "contextId" | "connection" | "parent"
  >;
}[K];
export type TrapBody = Pick<Trap, "callback" | "message" | "frames" | "backtrace" | "injected">;

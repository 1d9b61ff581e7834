/** Kinds of rows, for leaving some out of the trace list. */
import type { TraceEvent } from "wasmerang";

export const rowKinds = [
  { kind: "callback", name: "Callbacks" },
  { kind: "hostCall", name: "Host calls" },
  { kind: "envoy", name: "Envoy" },
  { kind: "log", name: "Log lines" },
  { kind: "allocation", name: "Allocations" },
] as const;

export type RowKind = (typeof rowKinds)[number]["kind"];

/** A call of proxy_log is a log line as well: the list has one row for both. */
export function rowKind(event: TraceEvent): RowKind {
  switch (event.kind) {
    case "guestEnter":
    case "guestExit":
    case "trap":
      return "callback";
    case "hostCall":
      return event.name === "proxy_log" ? "log" : "hostCall";
    case "log":
    case "allocation":
      return event.kind;
    default:
      return "envoy";
  }
}

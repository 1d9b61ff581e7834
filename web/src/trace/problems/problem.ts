/** What a problem is, and what the checks read of a run. */
import type { HostCall, ScenarioDocument, TraceEvent } from "wasmerang";
import { factsOf, type ConnectionFacts } from "../connections.ts";
import type { Events } from "../memoize.ts";
import type { Part } from "../parts.ts";
import type { RunStatus } from "../verdict.ts";

export interface Problem {
  /** Tells what went wrong, names included, without numbers: equal titles are one problem. */
  readonly title: string;
  /** An error spoils traffic or the plugin; a warning may be meant. */
  readonly severity: "error" | "warning";
  readonly what: readonly Part[];
  readonly mend: readonly Part[];
  /** `seq` of the event to look at. */
  readonly seq: number;
}

/** The run that is judged. */
export interface CheckedRun {
  /** Every event. */
  readonly events: Events;
  /** Events of the worker, or of every VM where Envoy never got to one. */
  readonly seen: Events;
  readonly calls: readonly HostCall[];
  readonly connections: readonly ConnectionFacts[];
  readonly document: ScenarioDocument;
  readonly status: RunStatus;
}

export interface Check {
  /** What it looks at, for "No problems found". */
  readonly name: string;
  readonly find: (run: CheckedRun) => readonly Problem[];
}

export function checkedRun(
  events: Events,
  document: ScenarioDocument,
  status: RunStatus,
): CheckedRun {
  const hasWorker = events.some(({ vm }) => vm === "worker");
  const seen = hasWorker ? events.filter(({ vm }) => vm === "worker") : events;
  return {
    events,
    seen,
    calls: seen.filter((event): event is HostCall => event.kind === "hostCall"),
    connections: [...factsOf(events).values()],
    document,
    status,
  };
}

export const error = (
  event: Pick<TraceEvent, "seq">,
  title: string,
  what: readonly Part[],
  mend: readonly Part[],
): Problem => ({ severity: "error", seq: event.seq, title, what, mend });

export const warning = (...of: Parameters<typeof error>): Problem => ({
  ...error(...of),
  severity: "warning",
});

export const code = (text: string): Part => ({ code: text });

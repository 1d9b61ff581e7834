/** What the panels of the centre read of the last run. */
import { useMemo } from "react";
import type { ScenarioDocument, TraceEvent } from "wasmerang";
import { useStore } from "../state/store.ts";
import { clusterMarks, type MarkName } from "../trace/clusterMarks.ts";
import { connectionId, connectionState, type ConnectionState } from "../trace/connections.ts";
import { eventAt } from "../trace/memoize.ts";
import { numberOf } from "../trace/rows.ts";
import type { RunStatus } from "../trace/verdict.ts";

export interface RunView {
  readonly events: readonly TraceEvent[];
  readonly document: ScenarioDocument;
  readonly status: RunStatus;
  /** Why it was ended, in words. */
  readonly message?: string;
  readonly marks: ReadonlyMap<string, MarkName>;
  readonly states: readonly ConnectionState[];
}

const noEvents: readonly TraceEvent[] = [];
const noDocument: ScenarioDocument = { clusters: {}, connections: [] };

/** The run with the state of every connection, in the scenario's order. */
export function useRun(): RunView {
  const run = useStore((state) => state.run);
  return useMemo(() => {
    const { events, document, status, message } = run ?? {
      events: noEvents,
      document: noDocument,
      status: "running" as const,
      message: undefined,
    };
    const marks = clusterMarks(document);
    const states = document.connections.map((_, index) =>
      connectionState(events, connectionId(document, index) ?? "", marks),
    );
    const why = message === undefined ? {} : { message };
    return { events, document, status, ...why, marks, states };
  }, [run]);
}

/** The number that the page shows for an event; see numberOf. */
export function useEventNumber(): (seq: number) => number {
  const events = useStore((state) => state.run?.events) ?? noEvents;
  return (seq) => numberOf(events, seq);
}

/** The connection that form, verdict and flow show; undefined when the scenario has none. */
export function useSelectedConnection(run: RunView): ConnectionState | undefined {
  const index = useStore((state) => state.connection);
  return run.states[index];
}

/** The event that the inspector shows and the other panels mark. */
export function useSelectedEvent(run: RunView): TraceEvent | undefined {
  const selected = useStore((state) => state.selected ?? state.cursor);
  const connection = useSelectedConnection(run);
  const found = eventAt(run.events, selected) ?? connection?.deciding;
  // While it runs, the event that decides may be a moment away.
  return found ?? (run.status === "running" ? undefined : run.events[0]);
}

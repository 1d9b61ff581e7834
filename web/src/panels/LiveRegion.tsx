import { useEffect, useState } from "react";
import { useStore } from "../state/store.ts";
import { clusterMarks } from "../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../trace/connections.ts";
import { sentence } from "../trace/describeEvent.ts";
import { eventAt } from "../trace/memoize.ts";
import { verdictOf } from "../trace/verdict.ts";

/** Moves that follow each other faster are announced once, the last of them. */
const PAUSE_MS = 350;

/** Says moves of the playhead and results of runs to assistive technology. */
export function LiveRegion() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The sentence is made once there is a pause, not at every move.
    const waitForPause = (now: State, before?: State) => {
      if (before && parts.every((part) => now[part] === before[part])) return;
      clearTimeout(timer);
      timer = setTimeout(() => setSaid(announcement(useStore.getState())), PAUSE_MS);
    };
    waitForPause(useStore.getState());
    const unsubscribe = useStore.subscribe(waitForPause);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, []);
  return (
    <div className="hidden" aria-live="polite">
      {said}
    </div>
  );
}

type State = ReturnType<typeof useStore.getState>;

/** What an announcement is made of. */
const parts = ["run", "cursor", "selected", "connection"] as const;

function announcement({ run, cursor, selected, connection }: State): string {
  if (!run) return "";
  const event = eventAt(run.events, cursor ?? selected);
  if (event) return sentence(run.events, event);
  const id = connectionId(run.document, connection);
  const source = run.document.connections[connection]?.source;
  if (id === undefined || source === undefined) return "No connections";
  const state = connectionState(run.events, id, clusterMarks(run.document));
  const { subject, goesTo, object } = verdictOf(run.events, state, source, run);
  return `${subject} ${goesTo ? "goes to " : ""}${object}`;
}

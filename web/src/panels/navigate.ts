/** Moving through the run; the selected connection follows the event. */
import { useStore } from "../state/store.ts";
import { connectionId } from "../trace/connections.ts";
import { eventAt } from "../trace/memoize.ts";

/** Shows an event: moves the playhead if it is out, else selects and leaves the whole run shown. */
export function goTo(seq: number): void {
  follow(seq);
  const { cursor, select, moveTo } = useStore.getState();
  if (cursor === undefined) select(seq);
  else moveTo(seq);
}

/** Moves the playhead to an event; undefined shows the whole run. */
export function movePlayhead(seq: number | undefined): void {
  if (seq !== undefined) follow(seq);
  useStore.getState().moveTo(seq);
}

function follow(seq: number): void {
  const { run, connection, selectConnection } = useStore.getState();
  const id = run && eventAt(run.events, seq)?.connection;
  if (run === undefined || id === undefined || connectionId(run.document, connection) === id)
    return;
  const index = run.document.connections.findIndex(
    (_, at) => connectionId(run.document, at) === id,
  );
  if (index >= 0) selectConnection(index);
}

/** Moving the playhead: what keys, transport buttons and the scrubber do. */
import { describeEvent } from "../trace/describeEvent.ts";
import { clusterMarks } from "../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../trace/connections.ts";
import { eventAt, oncePerRun } from "../trace/memoize.ts";
import { stepFrom, visibleRows, type Step } from "../trace/rows.ts";
import { useStore } from "../state/store.ts";

const PLAY_MS = 450;

const events = () => useStore.getState().run?.events ?? [];

/** Shows an event: moves the playhead if it is out, else selects and leaves the whole run shown. */
export function goTo(seq: number): void {
  const { cursor, selectConnection, select } = useStore.getState();
  if (cursor !== undefined) return movePlayhead(seq);
  const connection = otherConnection(seq);
  if (connection !== undefined) selectConnection(connection);
  select(seq);
}

/** Moves the playhead to an event, which ends playing; undefined shows the whole run. */
export function movePlayhead(seq: number | undefined): void {
  const { playing, set } = useStore.getState();
  if (playing) set({ playing: false });
  place(seq);
}

function place(seq: number | undefined): void {
  useStore.getState().moveTo(seq, seq === undefined ? undefined : otherConnection(seq));
}

/** The connection that an event belongs to, unless it is selected already. */
function otherConnection(seq: number): number | undefined {
  const { run, connection } = useStore.getState();
  const id = run && eventAt(run.events, seq)?.connection;
  if (!run || id === undefined || connectionId(run.document, connection) === id) return undefined;
  const index = run.document.connections.findIndex(
    (_, at) => connectionId(run.document, at) === id,
  );
  return index >= 0 ? index : undefined;
}

/** One row on or back, into calls, over them or out of the one around. */
export function step(direction: 1 | -1, how: Step = "into"): void {
  const { cursor } = useStore.getState();
  const to = stepFrom(visibleRows(events()), cursor, direction, how);
  if (to !== undefined) movePlayhead(to);
}

/** The row above or below; in the whole run this selects without starting the playhead. */
export function stepRow(direction: 1 | -1): void {
  const { cursor, selected } = useStore.getState();
  const from = cursor ?? selected ?? decidingCall();
  const to = stepFrom(visibleRows(events()), from, direction);
  if (to !== undefined) goTo(to);
}

export function moveToEdge(edge: "first" | "last"): void {
  const rows = visibleRows(events());
  const row = edge === "first" ? rows[0] : rows.at(-1);
  if (row) movePlayhead(row.event.seq);
}

export function moveToDecidingCall(): void {
  const seq = decidingCall();
  if (seq !== undefined) movePlayhead(seq);
}

/** Rows at which something failed. */
const failures = oncePerRun((events) =>
  visibleRows(events).filter(({ event }) => describeEvent(events, event).failed),
);

/** Moves to the next failure after the playhead; after the last one, to the first again. */
export function moveToFailure(): void {
  const { cursor, set } = useStore.getState();
  const all = failures(events());
  const next = all.find(({ event }) => cursor === undefined || event.seq > cursor) ?? all[0];
  if (next) movePlayhead(next.event.seq);
  else set({ notice: "No event of this run failed." });
}

/** Selects another connection; what the inspector shows goes with it in the whole run. */
export function nextConnection(direction: 1 | -1): void {
  const { document, connection, cursor, selectConnection, select } = useStore.getState();
  const next = connection + direction;
  if (next < 0 || next >= document.connections.length) return;
  selectConnection(next);
  if (cursor === undefined) select(undefined);
}

/** Plays from the playhead, or from the start; playing pauses on failure and at the end. */
export function togglePlay(): void {
  const { playing, set } = useStore.getState();
  set({ playing: !playing });
}

/** Moves the playhead for as long as the store says that the run plays. */
export function drivePlay(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  useStore.subscribe(({ playing }, before) => {
    if (playing === before.playing) return;
    clearInterval(timer);
    if (!playing) return;
    const rows = visibleRows(events());
    const { cursor } = useStore.getState();
    if (cursor === undefined || cursor === rows.at(-1)?.event.seq) place(rows[0]?.event.seq);
    timer = setInterval(playOn, PLAY_MS);
  });
}

function playOn(): void {
  const all = events();
  const next = stepFrom(visibleRows(all), useStore.getState().cursor, 1);
  if (next === undefined) return useStore.getState().set({ playing: false });
  place(next);
  const event = eventAt(all, next);
  if (event && describeEvent(all, event).failed) useStore.getState().set({ playing: false });
}

function decidingCall(): number | undefined {
  const { run, connection } = useStore.getState();
  const id = run && connectionId(run.document, connection);
  if (!run || id === undefined) return undefined;
  return connectionState(run.events, id, clusterMarks(run.document)).deciding?.seq;
}

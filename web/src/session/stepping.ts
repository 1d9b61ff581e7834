/** Moving the playhead: what keys, transport buttons and the scrubber do. */
import { describeEvent } from "../trace/describeEvent.ts";
import { clusterMarks } from "../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../trace/connections.ts";
import { eventAt } from "../trace/memoize.ts";
import { stepFrom, visibleRows } from "../trace/rows.ts";
import { useStore } from "../state/store.ts";

const PLAY_MS = 450;

let playing: ReturnType<typeof setInterval> | undefined;

const events = () => useStore.getState().run?.events ?? [];

/** One row on or back; `sameDepth` steps over what happened inside the call. */
export function step(direction: 1 | -1, sameDepth = false): void {
  const { cursor } = useStore.getState();
  moveTo(stepFrom(visibleRows(events()), cursor, direction, sameDepth));
}

/** The row above or below; in the whole run this selects without starting the playhead. */
export function stepRow(direction: 1 | -1): void {
  const { cursor, selected, select } = useStore.getState();
  const from = cursor ?? selected ?? decidingCall();
  const to = stepFrom(visibleRows(events()), from, direction);
  if (to === undefined) return;
  if (cursor === undefined) select(to);
  else moveTo(to);
}

export function moveToEdge(edge: "first" | "last"): void {
  const rows = visibleRows(events());
  moveTo((edge === "first" ? rows[0] : rows.at(-1))?.event.seq);
}

export function moveToDecidingCall(): void {
  moveTo(decidingCall());
}

export function showWholeRun(): void {
  pause();
  useStore.getState().moveTo(undefined);
}

/** Selects another connection; what the inspector shows goes with it in the whole run. */
export function nextConnection(direction: 1 | -1): void {
  const { document, connection, cursor, selectConnection, select } = useStore.getState();
  const next = connection + direction;
  if (next < 0 || next >= document.connections.length) return;
  selectConnection(next);
  if (cursor === undefined) select(undefined);
}

/** Plays from the playhead, or from the start; pauses on failure and at the end. */
export function togglePlay(): void {
  if (useStore.getState().playing) return pause();
  const rows = visibleRows(events());
  if (rows.length === 0) return;
  const { cursor, set } = useStore.getState();
  if (cursor === undefined || cursor === rows.at(-1)?.event.seq) moveToEdge("first");
  set({ playing: true });
  playing = setInterval(playOn, PLAY_MS);
}

export function pause(): void {
  clearInterval(playing);
  playing = undefined;
  if (useStore.getState().playing) useStore.getState().set({ playing: false });
}

function playOn(): void {
  const all = events();
  const next = stepFrom(visibleRows(all), useStore.getState().cursor, 1);
  if (next === undefined) return pause();
  useStore.getState().moveTo(next);
  const event = eventAt(all, next);
  if (event && describeEvent(all, event).failed) pause();
}

function moveTo(seq: number | undefined): void {
  if (seq === undefined) return;
  pause();
  useStore.getState().moveTo(seq);
}

function decidingCall(): number | undefined {
  const { run, connection } = useStore.getState();
  const id = run && connectionId(run.document, connection);
  if (!run || id === undefined) return undefined;
  return connectionState(run.events, id, clusterMarks(run.document)).deciding?.seq;
}

import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import type { TraceEvent } from "wasmerang";
import { useStore } from "../../state/store.ts";
import { sentence } from "../../trace/describeEvent.ts";
import { eventAt } from "../../trace/memoize.ts";
import { numberOf, stepFrom, type Row } from "../../trace/rows.ts";
import { tickStep, timeText } from "../../trace/timelineScale.ts";
import { movePlayhead } from "../../session/playground.ts";
import type { RunView } from "../useRun.ts";
import { NARROWEST, rowOf, type Scale } from "./scale.ts";

/** The axis; the playhead is a slider on it, by keys and by dragging. */
export function Ruler(props: {
  readonly run: RunView;
  readonly rows: readonly Row[];
  readonly scale: Scale;
}) {
  const { run, rows, scale } = props;
  const cursor = useStore((state) => state.cursor);
  const dragged = useRef<number | undefined>(undefined);
  const event = eventAt(run.events, cursor);

  function scrub(pointer: PointerEvent<HTMLElement>) {
    const left = pointer.currentTarget.getBoundingClientRect().left;
    const seq = rows[scale.rowAt(pointer.clientX - left)]?.event.seq;
    if (seq === undefined || seq === dragged.current) return;
    dragged.current = seq;
    movePlayhead(seq);
  }
  function key(pressed: KeyboardEvent) {
    if (pressed.altKey || pressed.ctrlKey || pressed.metaKey) return;
    const row = cursor === undefined ? rows.length - 1 : rowOf(rows, cursor);
    const page = Math.max(1, Math.round(scale.window.length / 5));
    const jump = (to: number) => rows[Math.max(0, Math.min(rows.length - 1, to))]?.event.seq;
    const how = pressed.shiftKey ? "over" : "into";
    const to: Readonly<Record<string, () => number | undefined>> = {
      ArrowRight: () => stepFrom(rows, cursor, 1, how),
      ArrowLeft: () => stepFrom(rows, cursor, -1, how),
      ArrowUp: () => stepFrom(rows, cursor, 1, pressed.shiftKey ? "out" : "into"),
      ArrowDown: () => stepFrom(rows, cursor, -1),
      PageUp: () => jump(row + page),
      PageDown: () => jump(row - page),
      Home: () => rows[0]?.event.seq,
      End: () => rows.at(-1)?.event.seq,
    };
    const target = to[pressed.key];
    if (target === undefined) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    const seq = target();
    if (seq !== undefined) movePlayhead(seq);
  }

  return (
    <div
      className="ruler"
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, rows.length)}
      aria-valuenow={cursor === undefined ? Math.max(1, rows.length) : rowOf(rows, cursor) + 1}
      aria-valuetext={
        event === undefined ? `Whole run, ${rows.length} events` : sentence(run.events, event)
      }
      onKeyDown={key}
      onPointerDown={(pointer) => {
        if (pointer.button !== 0) return;
        pointer.currentTarget.setPointerCapture(pointer.pointerId);
        dragged.current = undefined;
        scrub(pointer);
      }}
      onPointerMove={(pointer) => {
        if (pointer.currentTarget.hasPointerCapture(pointer.pointerId)) scrub(pointer);
      }}
    >
      {ticks(run.events, rows, scale, cursor).map(({ x, text }) => (
        <i key={x} style={{ left: x }}>
          {text}
        </i>
      ))}
    </div>
  );
}

function ticks(
  events: readonly TraceEvent[],
  rows: readonly Row[],
  scale: Scale,
  cursor: number | undefined,
) {
  const found: { readonly x: number; readonly text: string }[] = [];
  if (scale.axis === "time") {
    const { from, until } = scale.model;
    const pixels = (scale.room - NARROWEST) / Math.max(1, until - from);
    const step = tickStep(pixels, 84);
    for (let at = 0; at * pixels <= scale.room - 30; at += step)
      found.push({ x: Math.round(scale.left + at * pixels), text: timeText(at) });
    return found;
  }
  const digits = String(rows.length).length;
  const step = tickStep(scale.unit, 8 * digits + 12);
  const head = cursor === undefined ? -Infinity : scale.middle(rowOf(rows, cursor));
  const { start, length } = scale.window;
  for (let row = Math.ceil(start / step) * step; row < start + length; row += step) {
    const seq = rows[row]?.event.seq;
    const x = Math.round(scale.middle(row));
    // The playhead's own number takes the place of its neighbours.
    if (seq !== undefined && Math.abs(x - head) > 4 * digits + 14)
      found.push({ x, text: String(numberOf(events, seq)) });
  }
  return found;
}

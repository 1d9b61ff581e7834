/** From rows and times to pixels and back. */
import { lastAtOrBefore, type Row } from "../../trace/rows.ts";
import type { Bar, TimelineModel } from "../../trace/timelineModel.ts";
import type { Window } from "../../trace/timelineScale.ts";

export type Axis = "order" | "time";

export interface Scale {
  readonly axis: Axis;
  readonly model: TimelineModel;
  readonly window: Window;
  /** Pixels of one row on the order axis. */
  readonly unit: number;
  readonly left: number;
  readonly room: number;
  /** Left edge and width of a bar; undefined when it is out of view. */
  place(bar: Bar): { readonly x: number; readonly width: number } | undefined;
  /** Middle of a row, by its index. */
  middle(row: number): number;
  /** The row at a distance from the plot's left edge. */
  rowAt(x: number): number;
}

/** Narrowest bar that can be seen and hit. */
export const NARROWEST = 5;

export function makeScale(from: {
  readonly axis: Axis;
  readonly window: Window;
  readonly model: TimelineModel;
  readonly rows: readonly Row[];
  readonly left: number;
  /** Pixels for the axis. */
  readonly room: number;
}): Scale {
  const { axis, window, model, rows, left, room } = from;
  const unit = room / window.length;
  const end = window.start + window.length;
  const span = Math.max(1, model.until - model.from);
  const timeX = (at: number) => left + ((at - model.from) / span) * (room - NARROWEST);
  const common = { axis, model, window, unit, left, room };
  if (axis === "time")
    return {
      ...common,
      place: ({ at, until }) => ({
        x: timeX(at),
        width: Math.max(NARROWEST, timeX(until) - timeX(at)),
      }),
      middle: (row) => timeX(rows[row]?.event.at ?? model.from) + NARROWEST / 2,
      rowAt: (x) => {
        const at = model.from + ((x - left) / (room - NARROWEST)) * span;
        let row = rows.findIndex(({ event }) => event.at >= at);
        if (row < 0) row = rows.length - 1;
        return Math.max(0, row);
      },
    };
  const orderX = (row: number) => left + (row - window.start) * unit;
  return {
    ...common,
    place: ({ first, last }) => {
      if (last < window.start || first >= end) return undefined;
      const x = orderX(Math.max(first, window.start));
      const right = orderX(Math.min(last + 1, end));
      return { x, width: Math.max(NARROWEST, right - x - (unit > 8 ? 2 : 1)) };
    },
    middle: (row) => orderX(row) + unit / 2,
    rowAt: (x) =>
      Math.max(0, Math.min(rows.length - 1, window.start + Math.floor((x - left) / unit))),
  };
}

/** The row that an event stands in. */
export function rowOf(rows: readonly Row[], seq: number): number {
  return Math.max(0, lastAtOrBefore(rows, seq));
}

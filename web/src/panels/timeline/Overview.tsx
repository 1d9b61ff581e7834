import type { PointerEvent } from "react";
import { clamp, type Window } from "../../trace/timelineScale.ts";

/** Where in the run the window is, when the run is longer than it; drag moves the window. */
export function Overview(props: {
  readonly window: Window;
  readonly count: number;
  readonly focus: number;
  readonly gutter: number;
  readonly onMove: (window: Window) => void;
}) {
  const { window, count, focus, gutter, onMove } = props;
  const percent = (rows: number) => `${(100 * rows) / count}%`;
  const drag = (pointer: PointerEvent<HTMLElement>) => {
    const box = pointer.currentTarget.getBoundingClientRect();
    const middle = ((pointer.clientX - box.left) / box.width) * count;
    onMove(clamp({ ...window, start: Math.round(middle - window.length / 2) }, count));
  };
  return (
    <div
      className="overview"
      aria-hidden="true"
      title="Part of the run that is shown; drag to move it"
      style={{ marginLeft: gutter + 4 }}
      onPointerDown={(pointer) => {
        pointer.currentTarget.setPointerCapture(pointer.pointerId);
        drag(pointer);
      }}
      onPointerMove={(pointer) => {
        if (pointer.currentTarget.hasPointerCapture(pointer.pointerId)) drag(pointer);
      }}
    >
      <i style={{ left: percent(window.start), width: percent(window.length) }} />
      <b style={{ left: percent(focus) }} />
    </div>
  );
}

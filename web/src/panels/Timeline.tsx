import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "../state/store.ts";
import { lastAtOrBefore, numberOf, visibleRows } from "../trace/rows.ts";
import { timelineModel } from "../trace/timelineModel.ts";
import { clamp, moveTo, startLength, zoom, type Window } from "../trace/timelineScale.ts";
import { Lanes } from "./timeline/Lanes.tsx";
import { Overview } from "./timeline/Overview.tsx";
import { Ruler } from "./timeline/Ruler.tsx";
import { makeScale, type Axis } from "./timeline/scale.ts";
import { Transport } from "./timeline/Transport.tsx";
import { useNarrow } from "./useNarrow.ts";
import { useRun, useSelectedEvent } from "./useRun.ts";
import { useSize } from "./useSize.ts";

interface View {
  readonly start: number;
  /** Undefined: as many rows as fit. */
  readonly length: number | undefined;
  /** What the window was last moved for. */
  readonly focus: number;
  readonly count: number;
}

/** The run along one axis: order of events, or virtual time; a lane for each connection. */
export function Timeline() {
  const run = useRun();
  const cursor = useStore((state) => state.cursor);
  const chosen = useStore((state) => state.connection);
  const selected = useSelectedEvent(run)?.seq;
  const isNarrow = useNarrow();
  const [chosenAxis, setAxis] = useState<Axis>("order");
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const rows = visibleRows(run.events);
  const model = timelineModel(run.events);
  const hasTime = model.until > model.from;
  const axis = hasTime ? chosenAxis : "order";

  const gutter = isNarrow ? 104 : 180;
  const room = Math.max(60, width - gutter - 18);
  const count = rows.length;
  const [view, setView] = useState<View>({ start: 0, length: undefined, focus: -1, count: -1 });
  const natural = startLength(count, room, isNarrow ? 13 : undefined);
  const seqInFocus = cursor ?? selected;
  const focus = seqInFocus === undefined ? 0 : Math.max(0, lastAtOrBefore(rows, seqInFocus));
  const length = Math.max(1, Math.min(count, view.length ?? natural));
  let window = clamp({ start: view.start, length }, count);
  // The window follows the focus when that moves, and stays where it was dragged otherwise.
  if (view.focus !== focus || view.count !== count) {
    const isNew = view.count !== count;
    window = moveTo(isNew ? { start: 0, length: natural } : window, count, focus);
    setView({ start: window.start, length: isNew ? undefined : view.length, focus, count });
  }
  const setWindow = (next: Window) => setView((known) => ({ ...known, ...next }));
  const { start, length: shown } = window;
  const scale = useMemo(
    () =>
      makeScale({ axis, window: { start, length: shown }, model, rows, left: gutter + 4, room }),
    [axis, start, shown, model, rows, gutter, room],
  );

  // React listens to the wheel passively, but zooming has to keep the page from scrolling.
  const latest = useRef({ window, scale, count, axis });
  useEffect(() => {
    latest.current = { window, scale, count, axis };
  });
  useEffect(() => {
    const target = plot.current;
    if (target === null) return;
    const wheel = (event: WheelEvent) => {
      const { window, scale, count, axis } = latest.current;
      const lanes = target.querySelector(".lanes");
      const scrolls = lanes !== null && lanes.scrollHeight > lanes.clientHeight;
      const isOnLanes = lanes?.contains(event.target as Node) ?? false;
      // Where there are lanes to scroll to, zooming takes Ctrl or the ruler.
      if (axis === "time" || (isOnLanes && scrolls && !event.ctrlKey)) return;
      event.preventDefault();
      const row = scale.rowAt(event.clientX - target.getBoundingClientRect().left);
      const next = zoom(window, count, row, event.deltaY > 0 ? 1.25 : 0.8);
      setView((known) => ({ ...known, ...next }));
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, []);

  return (
    <section className="timeline" aria-label="Timeline">
      <Transport
        run={run}
        rows={rows}
        axis={axis}
        onAxis={setAxis}
        hasTime={hasTime}
        letters={model.letters}
      />
      <div
        className="timeline-plot"
        ref={plot}
        style={{ "--gutter": `${gutter}px` } as React.CSSProperties}
      >
        <Ruler run={run} rows={rows} scale={scale} />
        {window.length < count && axis === "order" ? (
          <Overview
            window={window}
            count={rows.length}
            focus={focus}
            gutter={gutter}
            onMove={setWindow}
          />
        ) : undefined}
        <Lanes
          run={run}
          scale={scale}
          cursor={cursor}
          selected={selected}
          chosen={chosen}
          isNarrow={isNarrow}
        />
        {cursor === undefined ? undefined : (
          <div
            className="playhead"
            aria-hidden="true"
            style={{ transform: `translateX(${scale.middle(focus)}px)` }}
          >
            <b>{numberOf(run.events, cursor)}</b>
          </div>
        )}
      </div>
    </section>
  );
}

import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useStore } from "../../state/store.ts";
import { lastAtOrBefore, type Row } from "../../trace/rows.ts";
import { goTo, movePlayhead } from "../../session/playground.ts";
import { useNarrow } from "../useNarrow.ts";
import { useSize } from "../useSize.ts";
import { useSelectedEvent, type RunView } from "../useRun.ts";
import { TraceRow } from "./TraceRow.tsx";
import { useRowsInView } from "../useRowsInView.ts";

/** Row heights: one line, and two lines, which a finger can hit as well. */
const ROW = 22;
const TWO_LINE_ROW = 44;
/** Below this width the columns do not fit beside one another. */
const TWO_LINE = 560;
const HEADER = 23;

/** The rows, of which only those in view are in the document. */
export function TraceGrid(props: {
  readonly run: RunView;
  readonly rows: readonly Row[];
  /** What scrolls with the rows, above them. */
  readonly children: React.ReactNode;
}) {
  const { run, rows } = props;
  const cursor = useStore((state) => state.cursor);
  const selected = useSelectedEvent(run)?.seq;
  const isNarrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(scroller);
  const isVisible = width > 0;
  const isTwoLine = isNarrow || (isVisible && width < TWO_LINE);
  const rowHeight = isTwoLine ? TWO_LINE_ROW : ROW;
  const grid = useRef<HTMLDivElement>(null);
  const [above, setAbove] = useState(0);
  const nearest = selected === undefined ? -1 : lastAtOrBefore(rows, selected);
  const active = rows[nearest]?.event.seq === selected ? nearest : -1;
  const header = isTwoLine ? 0 : HEADER;

  const inView = useRowsInView(scroller, {
    count: rows.length,
    height: rowHeight,
    above: above + header,
    cover: header,
    revealed: active >= 0 && isVisible ? active : undefined,
  });
  const indexes = Array.from(
    { length: Math.max(0, inView.last - inView.first + 1) },
    (_, offset) => inView.first + offset,
  );
  // The active row stays in the document: aria-activedescendant points at it.
  if (active >= 0 && active < inView.first) indexes.unshift(active);
  if (active > inView.last) indexes.push(active);
  useLayoutEffect(() => setAbove(grid.current?.offsetTop ?? 0), [rows, isTwoLine, isVisible]);

  function key(event: KeyboardEvent) {
    const { key: pressed, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: active < 0 ? 0 : -1,
      PageDown: page,
      PageUp: -page,
    };
    const step = steps[pressed];
    if (pressed === "Enter" && selected !== undefined) movePlayhead(selected);
    else if (step !== undefined) {
      const to = rows[Math.min(rows.length - 1, Math.max(0, nearest + step))];
      if (to !== undefined) goTo(to.event.seq);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="trace-scroll" ref={scroller}>
      {props.children}
      <div
        ref={grid}
        className={`trace-grid ${isTwoLine ? "two-line" : ""}`}
        role="treegrid"
        aria-label="Trace"
        aria-rowcount={rows.length + 1}
        aria-readonly="true"
        tabIndex={0}
        aria-activedescendant={active < 0 ? undefined : `row-${selected}`}
        onKeyDown={key}
      >
        <div role="rowgroup" className="trace-head">
          <div role="row" aria-rowindex={1} className="trace-row">
            <span role="columnheader" className="number">
              #
            </span>
            <span role="columnheader">
              <span className="hidden">Direction</span>
            </span>
            <span role="columnheader">
              <span className="hidden">Connection</span>
            </span>
            <span role="columnheader">Call</span>
            <span role="columnheader">Arguments</span>
            <span role="columnheader">Result</span>
          </div>
        </div>
        <div role="rowgroup" className="trace-body" style={{ height: rows.length * rowHeight }}>
          {indexes.map((index) => {
            const row = rows[index];
            if (row === undefined) return undefined;
            const { seq } = row.event;
            return (
              <TraceRow
                // Rows that come take the elements of those that go, which costs half as much.
                key={
                  index >= inView.first && index <= inView.last ? index % inView.slots : "active"
                }
                run={run}
                row={row}
                index={index + 2}
                top={index * rowHeight}
                isSelected={seq === selected}
                isAhead={cursor !== undefined && seq > cursor}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

import "../styles/log.css";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Log } from "wasmerang";
import { pluginOf } from "../state/editScenario.ts";
import { useStore } from "../state/store.ts";
import { lineSource, logLines, printedUntil } from "../trace/logs.ts";
import type { Events } from "../trace/memoize.ts";
import { EventLink } from "./EventLink.tsx";
import { useRun } from "./useRun.ts";

/** Lines come and go in groups of this size: one that is far from what is in view is a gap. */
const GROUP = 50;
/** Of a line that is not broken, in pixels. */
const LINE = 20;

/** What Envoy's wasm logger prints. */
export function LogList() {
  const { events, document } = useRun();
  const cursor = useStore((state) => state.cursor);
  const { shown, dropped } = logLines(events);
  const groups = useMemo(
    () =>
      Array.from({ length: Math.ceil(shown.length / GROUP) }, (_, index) =>
        shown.slice(index * GROUP, (index + 1) * GROUP),
      ),
    [shown],
  );
  const printed = printedUntil(shown, cursor);
  const level = pluginOf(document).logLevel ?? "info";
  return (
    <div className="log-list" role="region" aria-label="Log" tabIndex={0}>
      {shown.length === 0 ? <p className="trace-empty">Envoy logged nothing.</p> : undefined}
      {groups.map((lines, index) => (
        <Lines
          key={index}
          events={events}
          lines={lines}
          start={index * GROUP + 1}
          printed={Math.max(0, Math.min(lines.length, printed - index * GROUP))}
        />
      ))}
      {dropped === 0 ? undefined : (
        <p className="note">
          {dropped} more {dropped === 1 ? "line is" : "lines are"} below the log level {level}.
        </p>
      )}
    </div>
  );
}

const Lines = memo(function Lines(props: {
  readonly events: Events;
  readonly lines: readonly Log[];
  /** Number of the first line, from 1. */
  readonly start: number;
  /** How many of the lines are not ahead of the playhead. */
  readonly printed: number;
}) {
  const { events, lines, start, printed } = props;
  const list = useRef<HTMLOListElement>(null);
  const [isNear, setNear] = useState(start === 1);
  const [height, setHeight] = useState(lines.length * LINE);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        // A gap is as high as the lines were: those below stay where they are.
        if (entry?.isIntersecting === false) setHeight(entry.boundingClientRect.height);
        setNear(entry?.isIntersecting ?? true);
      },
      { root: element.parentElement, rootMargin: "100% 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <ol ref={list} start={start} style={isNear ? {} : { height }}>
      {isNear &&
        lines.map((line, index) => (
          <li key={line.seq} className={`${line.level} ${index < printed ? "" : "ahead"}`}>
            <EventLink seq={lineSource(events, line)} />
            <span className="level">[{line.level}][wasm]</span>
            <span className="log-text">{line.line}</span>
          </li>
        ))}
    </ol>
  );
});

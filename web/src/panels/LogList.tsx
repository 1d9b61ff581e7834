import "../styles/log.css";
import { memo, useMemo } from "react";
import type { Log } from "wasmerang";
import { pluginOf } from "../state/editScenario.ts";
import { useStore } from "../state/store.ts";
import { lineSource, logLines } from "../trace/logs.ts";
import type { Events } from "../trace/memoize.ts";
import { EventLink } from "./EventLink.tsx";
import { useRun } from "./useRun.ts";

/** Lines are drawn in groups of this size: one that the playhead does not touch is left alone. */
const GROUP = 100;

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
          happened={happened(lines, cursor)}
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

/** How many of the lines are not ahead of the playhead. */
function happened(lines: readonly Log[], cursor: number | undefined): number {
  if (cursor === undefined) return lines.length;
  const first = lines.findIndex(({ seq }) => seq > cursor);
  return first < 0 ? lines.length : first;
}

const Lines = memo(function Lines(props: {
  readonly events: Events;
  readonly lines: readonly Log[];
  /** Number of the first line, from 1. */
  readonly start: number;
  readonly happened: number;
}) {
  const { events, lines, start, happened } = props;
  return (
    <ol start={start} style={{ containIntrinsicHeight: `auto ${lines.length * 20}px` }}>
      {lines.map((line, index) => (
        <li key={line.seq} className={`${line.level} ${index < happened ? "" : "ahead"}`}>
          <EventLink seq={lineSource(events, line)} />
          <span className="level">[{line.level}][wasm]</span>
          <span className="log-text">{line.line}</span>
        </li>
      ))}
    </ol>
  );
});

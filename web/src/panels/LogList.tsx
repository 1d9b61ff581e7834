import { pluginOf } from "../state/editScenario.ts";
import { useStore } from "../state/store.ts";
import { lineSource, logLines } from "../trace/logs.ts";
import { EventLink } from "./EventLink.tsx";
import { useRun } from "./useRun.ts";

/** What Envoy's wasm logger prints. */
export function LogList() {
  const { events, document } = useRun();
  const cursor = useStore((state) => state.cursor);
  const { shown, dropped } = logLines(events);
  const level = pluginOf(document).logLevel ?? "info";
  return (
    <div className="log-list" role="region" aria-label="Log" tabIndex={0}>
      {shown.length === 0 ? <p className="trace-empty">Envoy logged nothing.</p> : undefined}
      <ol>
        {shown.map((line) => (
          <li
            key={line.seq}
            className={`${line.level} ${cursor !== undefined && line.seq > cursor ? "ahead" : ""}`}
          >
            <EventLink seq={lineSource(events, line)} />
            <span className="level">[{line.level}][wasm]</span>
            <span className="log-text">{line.line}</span>
          </li>
        ))}
      </ol>
      {dropped === 0 ? undefined : (
        <p className="note">
          {dropped} more {dropped === 1 ? "line is" : "lines are"} below the log level {level}.
        </p>
      )}
    </div>
  );
}

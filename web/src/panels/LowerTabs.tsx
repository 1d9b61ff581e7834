import { useRef, type KeyboardEvent } from "react";
import { logLines } from "../trace/logs.ts";
import { useStore, type LowerTab } from "../state/store.ts";
import { visibleRows } from "../trace/rows.ts";
import { LogList } from "./LogList.tsx";
import { TraceList } from "./TraceList.tsx";

const tabs: readonly { readonly id: LowerTab; readonly name: string }[] = [
  { id: "trace", name: "Trace" },
  { id: "log", name: "Log" },
];

/** The lower part of the centre: trace list or log. */
export function LowerTabs() {
  const tab = useStore((state) => state.tab);
  const set = useStore((state) => state.set);
  const events = useStore((state) => state.run?.events);
  const list = useRef<HTMLDivElement>(null);
  const counts: Record<LowerTab, number> = {
    trace: events ? visibleRows(events).length : 0,
    log: events ? logLines(events).shown.length : 0,
  };

  function key(event: KeyboardEvent) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = (tabs.findIndex(({ id }) => id === tab) + step + tabs.length) % tabs.length;
    set({ tab: tabs[next]?.id ?? "trace" });
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="lower">
      <div className="tabs">
        <div role="tablist" aria-label="Trace and log" ref={list} onKeyDown={key}>
          {tabs.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-selected={tab === id}
              aria-controls={tab === id ? "lower-panel" : undefined}
              tabIndex={tab === id ? 0 : -1}
              onClick={() => set({ tab: id })}
            >
              {name}
              <span className="count">{counts[id]}</span>
            </button>
          ))}
        </div>
      </div>
      <div className="tabpanel" id="lower-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "trace" ? <TraceList /> : <LogList />}
      </div>
    </div>
  );
}

import { lazy, Suspense, useRef, type KeyboardEvent } from "react";
import { logLines } from "../trace/logs.ts";
import { useStore, type LowerTab } from "../state/store.ts";
import { visibleRows } from "../trace/rows.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { TraceList } from "./TraceList.tsx";
import { useProblemCount } from "./useProblemCount.ts";

const tabs: readonly { readonly id: LowerTab; readonly name: string }[] = [
  { id: "trace", name: "Trace" },
  { id: "log", name: "Log" },
  { id: "problems", name: "Problems" },
  { id: "state", name: "State" },
  { id: "properties", name: "Properties" },
];

/** All but the first are loaded when they are opened. */
const contents = {
  log: lazy(async () => ({ default: (await import("./LogList.tsx")).LogList })),
  problems: lazy(async () => ({
    default: (await import("./problems/ProblemList.tsx")).ProblemList,
  })),
  state: lazy(async () => ({ default: (await import("./state/StateTab.tsx")).StateTab })),
  properties: lazy(async () => ({
    default: (await import("./properties/PropertyMatrix.tsx")).PropertyMatrix,
  })),
};

/** The lower part of the centre: the run as lists and tables. */
export function LowerTabs() {
  const tab = useStore((state) => state.tab);
  const set = useStore((state) => state.set);
  const run = useStore((state) => state.run);
  const list = useRef<HTMLDivElement>(null);
  const counts: Partial<Record<LowerTab, number | undefined>> = {
    trace: run ? visibleRows(run.events).length : 0,
    log: run ? logLines(run.events).shown.length : 0,
    problems: useProblemCount(run),
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

  const Content = tab === "trace" ? TraceList : contents[tab];
  return (
    <div className="lower">
      <div className="tabs">
        <div role="tablist" aria-label="The run in detail" ref={list} onKeyDown={key}>
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
              {counts[id] === undefined ? undefined : <span className="count">{counts[id]}</span>}
            </button>
          ))}
        </div>
      </div>
      <div className="tabpanel" id="lower-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        <ErrorBoundary key={tab}>
          <Suspense fallback={null}>
            <Content />
          </Suspense>
        </ErrorBoundary>
      </div>
    </div>
  );
}

import { lazy, Suspense } from "react";
import { ErrorBoundary } from "./panels/ErrorBoundary.tsx";
import { FlowDiagram } from "./panels/FlowDiagram.tsx";
import { Inspector } from "./panels/Inspector.tsx";
import { Lines } from "./panels/Lines.tsx";
import { DropHint } from "./panels/DropHint.tsx";
import { LiveRegion } from "./panels/LiveRegion.tsx";
import { LowerTabs } from "./panels/LowerTabs.tsx";
import { PaneBorder } from "./panels/PaneBorder.tsx";
import { RunState, useIsStale } from "./panels/RunState.tsx";
import { ScenarioPanel } from "./panels/ScenarioPanel.tsx";
import { StatusBar } from "./panels/StatusBar.tsx";
import { Timeline } from "./panels/Timeline.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { Verdict } from "./panels/Verdict.tsx";
import { viewContents } from "./panels/viewContents.ts";
import { useNarrow } from "./panels/useNarrow.ts";
import { useStore } from "./state/store.ts";
import type { ViewName } from "./state/views.ts";

const Dialogs = lazy(async () => ({ default: (await import("./panels/Dialogs.tsx")).Dialogs }));

/** Wide screens never load it. */
const NarrowBars = lazy(async () => ({
  default: (await import("./panels/PositionBar.tsx")).NarrowBars,
}));

/** The frame. What is in it is decided by CSS where only the width of the screen matters. */
export function App() {
  const view = useStore((state) => state.view);
  const isNarrow = useNarrow();
  const pane = useStore((state) => state.pane);
  const drawer = useStore((state) => state.drawer);
  const hasDialog = useStore((state) => state.dialog !== undefined);
  return (
    <>
      <a className="skip" href="#centre">
        Skip to the result
      </a>
      <TopBar />
      <Lines />
      <main
        className="work"
        data-view={view}
        data-pane={pane}
        data-drawer={drawer ? "open" : "closed"}
      >
        <section className="scenario" id="scenario" aria-label="Scenario">
          <ErrorBoundary>
            <ScenarioPanel />
          </ErrorBoundary>
        </section>
        <PaneBorder name="scenario" />
        {view === "trace" ? <TraceView /> : <OtherView key={view} view={view} />}
      </main>
      {view === "trace" && isNarrow && (
        <Suspense fallback={null}>
          <NarrowBars />
        </Suspense>
      )}
      <StatusBar />
      <LiveRegion />
      <DropHint />
      {hasDialog && (
        <ErrorBoundary>
          <Suspense fallback={null}>
            <Dialogs />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  );
}

function OtherView({ view }: { readonly view: Exclude<ViewName, "trace"> }) {
  const Content = viewContents[view];
  return (
    <ErrorBoundary>
      <Suspense fallback={null}>
        <Content />
      </Suspense>
    </ErrorBoundary>
  );
}

/** What a run did: the answer, the way, the calls, and one of them in detail. */
function TraceView() {
  const isStale = useIsStale();
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  return (
    <>
      <section
        className="centre"
        id="centre"
        tabIndex={-1}
        aria-label="Result"
        onPointerDown={closeDrawer}
      >
        <RunState />
        <div className={isStale ? "results stale" : "results"}>
          <ErrorBoundary>
            <div className="upper">
              <Verdict />
              <FlowDiagram />
              <Timeline />
            </div>
          </ErrorBoundary>
          <PaneBorder name="upper" />
          <ErrorBoundary>
            <LowerTabs />
          </ErrorBoundary>
        </div>
      </section>
      <PaneBorder name="inspector" />
      {/* In the tab order, since it scrolls and may hold nothing else that takes the focus. */}
      <section
        className={isStale ? "inspector stale" : "inspector"}
        aria-label="Inspector"
        tabIndex={0}
        onPointerDown={closeDrawer}
      >
        <ErrorBoundary>
          <Inspector />
        </ErrorBoundary>
      </section>
    </>
  );
}

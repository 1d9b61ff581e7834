import "../../styles/sweep.css";
import { useEffect } from "react";
import { closePool, openPool, stopSweep, sweep } from "../../session/sweep/sweep.ts";
import { useStore } from "../../state/store.ts";
import { useSweep } from "../../state/sweep.ts";
import { PaneBorder } from "../PaneBorder.tsx";
import { Failure } from "../RunState.tsx";
import { HeatMap } from "./HeatMap.tsx";
import { OutcomeCounts } from "./OutcomeCounts.tsx";
import { SweepDetail } from "./SweepDetail.tsx";
import { SweepForm } from "./SweepForm.tsx";
import { SweepHead } from "./SweepHead.tsx";
import { useSweepRun } from "./useSweepRun.ts";

/** Larger sweeps are not repeated at each edit of the scenario. */
const MOST_REPEATED = 65_536;
const TYPING_MS = 300;

/** Many source addresses at once: where does the filter send them? */
export function SweepView() {
  const view = useSweepRun();
  useEffect(() => {
    openPool();
    return () => {
      stopSweep();
      closePool();
    };
  }, []);
  useRepeatedSweep(view?.isStale ?? true);
  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || useSweep.getState().run?.status !== "running") return;
      event.preventDefault();
      stopSweep();
    };
    // Before the page's keys, whatever has the focus.
    addEventListener("keydown", escape, { capture: true });
    return () => removeEventListener("keydown", escape, { capture: true });
  }, []);
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  const staleClass = view?.isStale ? " stale" : "";
  return (
    <>
      <section
        className="centre sweep"
        id="centre"
        tabIndex={-1}
        aria-label="Sweep"
        onPointerDown={closeDrawer}
      >
        <SweepForm isRunning={view?.run.status === "running"} onSweep={sweep} onStop={stopSweep} />
        {view?.run.status === "failed" && <Failure message={view.run.message ?? ""} />}
        {view && (
          <>
            <SweepHead view={view} />
            <div className={`sweep-results${staleClass}`}>
              <OutcomeCounts view={view} />
              <HeatMap view={view} />
            </div>
          </>
        )}
      </section>
      <PaneBorder name="inspector" />
      <section
        className={`inspector${staleClass}`}
        tabIndex={0}
        aria-label="Sweep details"
        onPointerDown={closeDrawer}
      >
        {view && <SweepDetail view={view} />}
      </section>
    </>
  );
}

/** Sweeps when the view opens and, where that is quick, when the scenario or the module changed. */
function useRepeatedSweep(isStale: boolean): void {
  const document = useStore((state) => state.document);
  const module = useStore((state) => state.module);
  useEffect(() => {
    if (!isStale || !module) return;
    const { run } = useSweep.getState();
    const { runOnChange } = useStore.getState();
    if (run && (!runOnChange || run.codes.length > MOST_REPEATED)) return;
    const timer = setTimeout(sweep, run ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [document, module, isStale]);
}

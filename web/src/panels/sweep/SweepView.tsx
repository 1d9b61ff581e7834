import "../../styles/sweep.css";
import { useEffect } from "react";
import { closePool, openPool, stopSweep, sweep } from "../../session/sweep/sweep.ts";
import { useStore } from "../../state/store.ts";
import { useSweep } from "../../state/sweep.ts";
import { ResultFrame } from "../results/ResultFrame.tsx";
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
  const isStale = view?.isStale ?? false;
  return (
    <ResultFrame
      name="Sweep"
      detailName="Sweep details"
      className="sweep"
      isStale={isStale}
      detail={view && <SweepDetail view={view} />}
    >
      <SweepForm isRunning={view?.run.status === "running"} onSweep={sweep} onStop={stopSweep} />
      {view?.run.status === "failed" && <Failure message={view.run.message ?? ""} />}
      {view && (
        <>
          <SweepHead view={view} />
          <div className={isStale ? "sweep-results stale" : "sweep-results"}>
            <OutcomeCounts view={view} />
            <HeatMap view={view} />
          </div>
        </>
      )}
    </ResultFrame>
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

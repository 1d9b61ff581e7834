import "../../styles/module.css";
import { useEffect } from "react";
import { inspectCurrent } from "../../session/playground.ts";
import { useStore } from "../../state/store.ts";
import { PaneBorder } from "../PaneBorder.tsx";
import { Failure } from "../RunState.tsx";
import { ExportTable } from "./ExportTable.tsx";
import { FatalImport, ImportTable } from "./ImportTable.tsx";
import { ModuleSummary } from "./ModuleSummary.tsx";
import { Outcome } from "./Outcome.tsx";
import { ReportHead } from "./ReportHead.tsx";

/** The module that runs: would Envoy take it, and what it declares. */
export function ModuleView() {
  const module = useStore((state) => state.module);
  const state = useStore((state) => state.inspection);
  useEffect(() => void inspectCurrent(), [module]);
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  const inspection = state?.status === "done" ? state.inspection : undefined;
  return (
    <>
      {/* Both scroll and may hold nothing that takes the focus. */}
      <section
        className="centre report"
        id="centre"
        tabIndex={0}
        aria-label="Module report"
        onPointerDown={closeDrawer}
      >
        {state?.status === "failed" && <Failure message={state.message} />}
        {module && inspection ? (
          <>
            <ReportHead name={module.name} inspection={inspection} />
            <Outcome />
            <FatalImport rows={inspection.imports} />
            <ImportTable inspection={inspection} />
            <ExportTable inspection={inspection} />
          </>
        ) : (
          state?.status !== "failed" && (
            <p className="report-wait" role="status">
              Reading {module?.name ?? "the module"}…
            </p>
          )
        )}
      </section>
      <PaneBorder name="inspector" />
      <section
        className="inspector"
        tabIndex={0}
        aria-label="Module summary"
        onPointerDown={closeDrawer}
      >
        {module && <ModuleSummary module={module} inspection={inspection} />}
      </section>
    </>
  );
}

import "../../styles/compare.css";
import { useEffect, useMemo, useState } from "react";
import { scheduleB, stopB } from "../../session/compare/compare.ts";
import { moduleOfB, documentOfB, useCompare, type RunOfB } from "../../state/compare.ts";
import { useStore, type Run } from "../../state/store.ts";
import { comparedRows, firstDifference, isBehaviour } from "../../trace/compare/comparedRows.ts";
import { connectionId } from "../../trace/connections.ts";
import { Failure, RunState } from "../RunState.tsx";
import { ComparedTrace } from "./ComparedTrace.tsx";
import { CompareHead } from "./CompareHead.tsx";
import { CompareSweep } from "./CompareSweep.tsx";
import { SideA, SideB } from "./Sides.tsx";
import { useLasting } from "./useLasting.ts";

/** Two modules or configurations on one scenario, and over a sweep: where they part. */
export function CompareView() {
  const document = useStore((state) => state.document);
  const moduleA = useStore((state) => state.module);
  const connection = useStore((state) => state.connection);
  const choice = useCompare((state) => state.choice);
  const fetched = useCompare((state) => state.fetched);
  const override = useCompare((state) => state.override);
  const { runA, runB } = useRunsOfBoth();
  const tab = useCompare((state) => state.tab);
  const set = useCompare((state) => state.set);
  const moduleB = moduleOfB({ choice, fetched }, moduleA);
  useEffect(() => scheduleB(), [document, moduleB, override]);
  useEffect(() => stopB, []);
  const documentB = useMemo(() => documentOfB(override, document), [override, document]);

  const pairs = useMemo(
    () =>
      runA && runB ? comparedRows(runA, runB, connectionId(runA.document, connection)) : undefined,
    [runA, runB, connection],
  );
  const isStale = useLasting(
    runA !== undefined &&
      runB !== undefined &&
      (runA.document !== document ||
        runA.module !== moduleA ||
        runB.module !== moduleB ||
        JSON.stringify(runB.document) !== JSON.stringify(documentB)),
  );
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  return (
    <section
      className="centre compare"
      id="centre"
      tabIndex={-1}
      aria-label="Compare"
      onPointerDown={closeDrawer}
    >
      <RunState />
      {runB?.status === "failed" && <Failure message={runB.message ?? ""} />}
      <div className={isStale ? "stale" : undefined}>
        <CompareHead
          runA={runA}
          runB={runB}
          first={pairs && pairs[firstDifference(pairs)]}
          differences={pairs?.filter(isBehaviour).length ?? 0}
          inputs={pairs?.filter(({ isInput }) => isInput).length ?? 0}
        />
      </div>
      <div className="compare-sides">
        <SideA />
        <SideB />
      </div>
      <div className="compare-tabs">
        <div className="segmented" role="group" aria-label="Compare over">
          {(["trace", "sweep"] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={tab === name}
              onClick={() => set({ tab: name })}
            >
              {name === "trace" ? "Calls of this connection" : "Over a sweep"}
            </button>
          ))}
        </div>
        {tab === "trace" && (
          <p className="note">
            <kbd>N</kbd> next difference, <kbd>Shift N</kbd> the one before
          </p>
        )}
      </div>
      {tab === "sweep" ? (
        <CompareSweep />
      ) : (
        pairs && runA && runB && <ComparedTrace a={runA} b={runB} pairs={pairs} isStale={isStale} />
      )}
    </section>
  );
}

interface RunsOfBoth {
  readonly runA?: Run;
  readonly runB?: RunOfB;
}

/** The last runs of one scenario: while only one side has run an edited one, both stay as they were. */
function useRunsOfBoth(): RunsOfBoth {
  const runA = useStore((state) => state.run);
  const runB = useCompare((state) => state.runB);
  const [shown, setShown] = useState<RunsOfBoth>({});
  const isPair = runA !== undefined && runB !== undefined && runB.documentOfA === runA.document;
  if (!isPair || (shown.runA === runA && shown.runB === runB)) return shown;
  setShown({ runA, runB });
  return { runA, runB };
}

/** What the parts of the view read of the sweep. */
import { useMemo } from "react";
import type { ScenarioDocument } from "wasmerang";
import { useStore } from "../../state/store.ts";
import { useSweep, type SweepRun } from "../../state/sweep.ts";
import {
  outcomeTexts,
  ranked,
  tally,
  type OutcomeText,
  type Tally,
} from "../../trace/sweep/outcomes.ts";

export interface SweepRunView {
  readonly run: SweepRun;
  readonly texts: ReadonlyMap<number, OutcomeText>;
  readonly tally: Tally;
  /** The outcomes that came, most frequent first. */
  readonly found: ReturnType<typeof ranked>;
  /** The results are of another module or scenario than the present ones. */
  readonly isStale: boolean;
}

/** Undefined before the first sweep. */
export function useSweepRun(): SweepRunView | undefined {
  const run = useSweep((state) => state.run);
  const isStale = useStore(
    ({ document, module }) =>
      run !== undefined && (run.module !== module || !isSameForSweep(run.document, document)),
  );
  return useMemo(() => {
    if (!run) return undefined;
    const texts = outcomeTexts(run.table, run.document);
    const counted = tally(run.codes);
    return { run, texts, tally: counted, found: ranked(counted, texts), isStale };
  }, [run, isStale]);
}

/** The connections of a scenario play no part in a sweep. */
function isSameForSweep(a: ScenarioDocument, b: ScenarioDocument): boolean {
  const rest = (document: ScenarioDocument) => JSON.stringify({ ...document, connections: [] });
  return a === b || rest(a) === rest(b);
}

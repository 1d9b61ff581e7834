/** What the parts of the view read of the fault lab. */
import { useMemo } from "react";
import { useFaults, type FaultCell, type FaultRun } from "../../state/faults.ts";
import { useStore } from "../../state/store.ts";
import {
  matrixOf,
  severities,
  type MatrixCell,
  type MatrixRow,
} from "../../trace/faults/matrix.ts";

export interface FaultRunView {
  readonly run: FaultRun;
  readonly rows: readonly MatrixRow[];
  /** The chosen cell, or the worst one; undefined while there is none. */
  readonly selected:
    { readonly at: FaultCell; readonly row: MatrixRow; readonly cell: MatrixCell } | undefined;
  /** The results are of another module, scenario or connection than the present ones. */
  readonly isStale: boolean;
}

/** Undefined before the first run. */
export function useFaultRun(): FaultRunView | undefined {
  const run = useFaults((state) => state.run);
  const chosen = useFaults((state) => state.selected);
  const isStale = useStore(
    ({ document, module, connection }) =>
      run !== undefined &&
      (run.module !== module || run.document !== document || run.connection !== connection),
  );
  const rows = useMemo(() => (run ? matrixOf(run.results, run.id) : []), [run]);
  return useMemo(() => {
    if (!run) return undefined;
    const at = chosen && cellAt(rows, chosen) ? chosen : worstCell(rows);
    const selected = at && cellAt(rows, at);
    return { run, rows, selected: at && selected ? { at, ...selected } : undefined, isStale };
  }, [run, rows, chosen, isStale]);
}

function cellAt(rows: readonly MatrixRow[], { seq, column }: FaultCell) {
  const row = rows.find((it) => it.seq === seq);
  const cell = row?.cells.get(column);
  return row && cell ? { row, cell } : undefined;
}

/** The first cell of the worst severity; of a connection's own calls if there is one. */
function worstCell(rows: readonly MatrixRow[]): FaultCell | undefined {
  const own = rows.filter(({ isPlugins }) => !isPlugins);
  const all = (own.length > 0 ? own : rows).flatMap((row) =>
    [...row.cells].map(([column, { severity }]) => ({ seq: row.seq, column, severity })),
  );
  const [worst] = all.sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  return worst && { seq: worst.seq, column: worst.column };
}

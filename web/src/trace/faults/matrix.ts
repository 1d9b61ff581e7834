/** The results of the fault lab as a table: a row for each call, a column for each kind of fault. */
import type { FaultCase, FaultResult } from "wasmerang";

/** `other` values are whole: an address, a port. `malformed` ones are missing or broken. */
export const columns = ["status", "malformed", "other", "return", "trap"] as const;
export type ColumnName = (typeof columns)[number];

/** Worst first. `later`: this connection is as before, later ones are not. */
export const severities = [
  "envoyLost",
  "trapped",
  "wrongCluster",
  "default",
  "closed",
  "stalled",
  "later",
  "asGiven",
  "same",
] as const;
export type Severity = (typeof severities)[number];

export interface MatrixCell {
  /** Of its worst fault. */
  readonly severity: Severity;
  readonly results: readonly FaultResult[];
}

export interface MatrixRow {
  readonly seq: number;
  readonly call: string;
  readonly nth: number;
  readonly subject: string | undefined;
  readonly isPlugins: boolean;
  /** Absent: there is no such fault for this call, or none is done yet. */
  readonly cells: ReadonlyMap<ColumnName, MatrixCell>;
}

export function columnOf({ kind, what }: FaultCase): ColumnName {
  if (kind !== "value") return kind;
  return what.startsWith('"') || what.startsWith("port ") ? "other" : "malformed";
}

/** What a fault did to one connection, or else to the later ones. */
export function severityOf(result: FaultResult, id: string): Severity {
  if (result.envoyLost !== undefined) return "envoyLost";
  if (result.trapped) return "trapped";
  const own = result.connections.find((it) => it.id === id)?.outcome ?? "same";
  if (own === "gone") return "envoyLost";
  if (own !== "same" && own !== "asGiven") return own;
  const isLasting = Object.values(result.later).some((outcomes) =>
    outcomes.some((outcome) => outcome !== "same" && outcome !== "asGiven"),
  );
  return isLasting ? "later" : own;
}

const worse = (a: Severity, b: Severity) =>
  severities.indexOf(a) <= severities.indexOf(b) ? a : b;

/** A row for each call that has results, in the order of the calls. */
export function matrixOf(results: readonly FaultResult[], id: string): readonly MatrixRow[] {
  const rows = new Map<number, MatrixRow & { readonly cells: Map<ColumnName, MatrixCell> }>();
  for (const result of results) {
    const { seq, fault, subject, connection } = result.case;
    let row = rows.get(seq);
    if (!row) {
      const { call, nth = 1 } = fault;
      row = { seq, call, nth, subject, isPlugins: connection === undefined, cells: new Map() };
      rows.set(seq, row);
    }
    const column = columnOf(result.case);
    const cell = row.cells.get(column);
    const severity = severityOf(result, id);
    row.cells.set(column, {
      severity: cell ? worse(cell.severity, severity) : severity,
      results: [...(cell?.results ?? []), result],
    });
  }
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

/** How many faults ended how, worst first; none that did not come. */
export function countSeverities(
  results: readonly FaultResult[],
  id: string,
): readonly { readonly severity: Severity; readonly count: number }[] {
  const counts = new Map<Severity, number>();
  for (const result of results) {
    const severity = severityOf(result, id);
    counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  return severities.flatMap((severity) => {
    const count = counts.get(severity);
    return count ? [{ severity, count }] : [];
  });
}

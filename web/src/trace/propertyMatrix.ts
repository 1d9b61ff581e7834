/** Properties by callback: which phase a column shows at the playhead, and what its cells say. */
import { propertyText } from "./describeValue.ts";
import type { PropertiesAnswer, PropertyPhase, PropertyValue } from "./observation.ts";

export interface PhaseColumn {
  readonly callback: string;
  /** Short, for the head of the column. */
  readonly name: string;
  readonly phase: PropertyPhase;
  /** The run never came to this callback. */
  readonly isAssumed: boolean;
  /** The playhead stands at or after this callback, and before the next one. */
  readonly isNow: boolean;
}

export interface Cell {
  readonly isThere: boolean;
  /** The value, or why there is none. */
  readonly text: string;
}

export interface PropertyRow extends Cell {
  /** With dots. */
  readonly path: string;
  /** Envoy's type of the value. */
  readonly type: string | undefined;
  /** One for each column. */
  readonly cells: readonly Cell[];
}

const names: Readonly<Record<string, string>> = {
  proxy_on_downstream_connection_close: "downstream close",
  proxy_on_upstream_connection_close: "upstream close",
};

const isPast = (phase: PropertyPhase, cursor = Infinity) => !phase.isAssumed && phase.seq <= cursor;

/** The phase that the playhead is in; undefined before the first. */
export function lastPhase(
  { phases }: PropertiesAnswer,
  cursor: number | undefined,
): PropertyPhase | undefined {
  return phases.findLast((phase) => isPast(phase, cursor));
}

/**
 * One column for each callback, in the order in which they first came. Of a callback that came more
 * than once it is the last that has happened, or the first if none has.
 *
 * @param cursor `seq` of the playhead; undefined: the whole run.
 */
export function phaseColumns(
  answer: PropertiesAnswer,
  cursor: number | undefined,
): readonly PhaseColumn[] {
  const { phases } = answer;
  const now = lastPhase(answer, cursor) ?? phases[0];
  const callbacks = [...new Set(phases.map(({ callback }) => callback))];
  return callbacks.flatMap((callback): PhaseColumn[] => {
    const own = phases.filter((phase) => phase.callback === callback);
    const phase = own.findLast((it) => isPast(it, cursor)) ?? own[0];
    if (phase === undefined) return [];
    const name = names[callback] ?? callback.replace(/^proxy_on_/, "").replaceAll("_", " ");
    return [{ callback, name, phase, isAssumed: phase.isAssumed, isNow: phase === now }];
  });
}

/** Rows whose path, value or reason holds `search`; values are those of the column `shown`. */
export function propertyRows(
  { paths }: PropertiesAnswer,
  columns: readonly PhaseColumn[],
  shown: PhaseColumn | undefined,
  search: string,
): readonly PropertyRow[] {
  const wanted = search.trim().toLowerCase();
  return paths.flatMap((path, index): PropertyRow[] => {
    const cells = columns.map(({ phase }) => cellOf(path, phase.values[index]));
    const value = shown?.phase.values[index];
    const row = {
      path: path.replaceAll("\0", "."),
      ...cellOf(path, value),
      type: value?.type,
      cells,
    };
    return `${row.path} ${row.text}`.toLowerCase().includes(wanted) ? [row] : [];
  });
}

function cellOf(path: string, value: PropertyValue | undefined): Cell {
  if (value?.value === undefined) return { isThere: false, text: value?.absent ?? "not there" };
  const { value: bytes, type } = value;
  const read = { kind: "propertyRead" as const, path: path.split("\0"), value: bytes };
  const text = propertyText(type === undefined ? read : { ...read, type });
  return { isThere: true, text };
}

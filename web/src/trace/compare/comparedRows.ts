/** Two traces side by side: rows aligned by the name of the call, and what differs. */
import { diffArrays } from "diff";
import type { ScenarioDocument, TraceEvent } from "wasmerang";
import { bySeq, type Events } from "../memoize.ts";
import { visibleRows, type Row } from "../rows.ts";
import { callOf, eventText } from "./eventText.ts";

export interface ComparedRun {
  readonly events: Events;
  readonly document: ScenarioDocument;
}

export interface RowPair {
  readonly a?: Row;
  readonly b?: Row;
  /** `onlyA`, `onlyB`: the other side makes no such call here. */
  readonly kind: "same" | "differs" | "onlyA" | "onlyB";
  /** The configurations differ, and this is the filter reading its own: no behaviour. */
  readonly isInput: boolean;
}

/** Traces further apart than this are aligned by place: nobody reads so many differences. */
const MOST_EDITS = 4000;

/** The rows of the plugin and of one connection. */
export function comparedRows(
  a: ComparedRun,
  b: ComparedRun,
  connection: string | undefined,
): readonly RowPair[] {
  const isOf = ({ event }: Row) =>
    event.connection === undefined || event.connection === connection;
  const rowsA = visibleRows(a.events).filter(isOf);
  const rowsB = visibleRows(b.events).filter(isOf);
  // A filter without the callback behaves otherwise; one that has it reads something else.
  const readers =
    configurations(a) === configurations(b)
      ? []
      : inputCallbacks.filter((name) => [rowsA, rowsB].every((rows) => hasCallback(rows, name)));
  const pairOf = (rowA: Row | undefined, rowB: Row | undefined): RowPair => {
    const isInput =
      (rowA === undefined || readsInput(a.events, rowA.event, readers)) &&
      (rowB === undefined || readsInput(b.events, rowB.event, readers));
    if (!rowA) return { ...(rowB && { b: rowB }), kind: "onlyB", isInput };
    if (!rowB) return { a: rowA, kind: "onlyA", isInput };
    const isSame = eventText(a.events, rowA.event) === eventText(b.events, rowB.event);
    return { a: rowA, b: rowB, kind: isSame ? "same" : "differs", isInput: isInput && !isSame };
  };
  return align(
    rowsA.map(({ event }) => callOf(a.events, event)),
    rowsB.map(({ event }) => callOf(b.events, event)),
  ).map(([atA, atB]) =>
    pairOf(atA === undefined ? undefined : rowsA[atA], atB === undefined ? undefined : rowsB[atB]),
  );
}

/** Places of both lists side by side; equal names stand beside each other. */
function align(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number | undefined, number | undefined])[] {
  const changes = diffArrays([...a], [...b], { maxEditLength: MOST_EDITS });
  const pairs: [number | undefined, number | undefined][] = [];
  let [atA, atB] = [0, 0];
  // Typed as always there; undefined when there are more edits than allowed.
  for (const { added, removed, count } of (changes as typeof changes | undefined) ?? []) {
    for (let index = 0; index < count; index++)
      pairs.push([added ? undefined : atA++, removed ? undefined : atB++]);
  }
  while (atA < a.length || atB < b.length) {
    const isSame = a[atA] === b[atB];
    if (atA < a.length) pairs.push([atA++, isSame ? atB++ : undefined]);
    if (!isSame && atB < b.length) pairs.push([undefined, atB++]);
  }
  return pairs;
}

/** The first difference that is behaviour; -1: there is none. */
export function firstDifference(pairs: readonly RowPair[]): number {
  return pairs.findIndex(isBehaviour);
}

export function isBehaviour({ kind, isInput }: RowPair): boolean {
  return kind !== "same" && !isInput;
}

/** The next difference of behaviour from a row, around the end; undefined: there is none. */
export function nextDifference(
  pairs: readonly RowPair[],
  from: number | undefined,
  direction: 1 | -1,
): number | undefined {
  const places = pairs.flatMap((pair, index) => (isBehaviour(pair) ? [index] : []));
  if (direction === 1) return places.find((index) => index > (from ?? -1)) ?? places[0];
  return places.findLast((index) => index < (from ?? Infinity)) ?? places.at(-1);
}

function configurations({ document: { plugin, plugins } }: ComparedRun): string {
  return JSON.stringify(
    (plugins ?? [plugin ?? {}]).map(({ configuration, vmConfiguration }) => [
      configuration,
      vmConfiguration,
    ]),
  );
}

/** Callbacks with which Envoy hands over a configuration. */
const inputCallbacks = ["proxy_on_vm_start", "proxy_on_configure"] as const;

function hasCallback(rows: readonly Row[], name: string): boolean {
  return rows.some(({ event }) => event.kind === "guestEnter" && event.callback === name);
}

/** One of these callbacks begins here, or the filter reads or reports inside of it. */
function readsInput(events: Events, event: TraceEvent, callbacks: readonly string[]): boolean {
  if (event.kind === "guestEnter") return callbacks.includes(event.callback);
  if (event.kind !== "hostCall" && event.kind !== "log") return false;
  let at = event.parent;
  while (at !== undefined) {
    const parent = bySeq(events).get(at);
    if (parent?.kind === "guestEnter" && callbacks.includes(parent.callback)) return true;
    at = parent?.parent;
  }
  return false;
}

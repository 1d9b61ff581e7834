/** Two sweeps over the same addresses: which went elsewhere. */
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import { countOf, formatCount } from "../formatCount.ts";
import { inPieces, outcomeCells } from "../sweep/csv.ts";
import { OTHER, outcomeTexts, PENDING, type OutcomeText } from "../sweep/outcomes.ts";
import { OutcomeTable } from "../sweep/outcomeTable.ts";
import { destinationAt, type AddressList, type SweepPlan } from "../sweep/plan.ts";

export interface SweptSide {
  readonly codes: Uint8Array;
  readonly table: readonly SweepOutcome[];
}

export interface RouteChange {
  readonly from: OutcomeText;
  readonly to: OutcomeText;
  readonly count: number;
  /** The first places, at most `FIRSTS`. */
  readonly first: readonly number[];
}

export interface RouteChanges {
  /** Every pair that came, those that stay included, most frequent first. */
  readonly pairs: readonly RouteChange[];
  /** Connections that both sides have answered. */
  readonly asked: number;
  readonly changed: number;
  /** Whether the connection at a place ends otherwise in B. */
  isChanged(index: number): boolean;
}

const FIRSTS = 3;

/** @param document whose clusters name the outcomes. */
export function routeChanges(a: SweptSide, b: SweptSide, document: ScenarioDocument): RouteChanges {
  const both = new OutcomeTable();
  // One number for one outcome, whichever side it is of.
  const unified = ({ table }: SweptSide) => {
    const codes = new Uint8Array(256).fill(OTHER);
    codes[PENDING] = PENDING;
    table.forEach((outcome, index) => (codes[index + 1] = both.codeOf(outcome)));
    return codes;
  };
  const [codesA, codesB] = [unified(a), unified(b)];
  const counts = new Uint32Array(256 * 256);
  const firsts = new Map<number, number[]>();
  const pairAt = (index: number) => {
    const from = codesA[a.codes[index] ?? PENDING] ?? PENDING;
    const to = codesB[b.codes[index] ?? PENDING] ?? PENDING;
    return from === PENDING || to === PENDING ? undefined : from * 256 + to;
  };
  for (let index = 0; index < a.codes.length; index++) {
    const pair = pairAt(index);
    if (pair === undefined) continue;
    const before = counts[pair] ?? 0;
    counts[pair] = before + 1;
    if (before < FIRSTS) firsts.set(pair, [...(firsts.get(pair) ?? []), index]);
  }
  const texts = outcomeTexts(both.outcomes, document);
  const pairs: RouteChange[] = [];
  counts.forEach((count, pair) => {
    const [from, to] = [texts.get(pair >> 8), texts.get(pair & 255)];
    if (count > 0 && from && to) pairs.push({ from, to, count, first: firsts.get(pair) ?? [] });
  });
  pairs.sort((one, other) => other.count - one.count);
  const sum = (some: readonly RouteChange[]) => some.reduce((total, { count }) => total + count, 0);
  return {
    pairs,
    asked: sum(pairs),
    changed: sum(pairs.filter(({ from, to }) => from !== to)),
    isChanged: (index) => {
      const pair = pairAt(index);
      return pair !== undefined && pair >> 8 !== (pair & 255);
    },
  };
}

/** The rows and the columns of the matrix: outcomes of A and of B, most frequent first. */
export function matrixOf({ pairs }: RouteChanges): {
  readonly from: readonly OutcomeText[];
  readonly to: readonly OutcomeText[];
  cell(from: OutcomeText, to: OutcomeText): RouteChange | undefined;
} {
  const byPair = new Map(pairs.map((pair) => [pair.from.code * 256 + pair.to.code, pair]));
  return {
    from: [...new Set(pairs.map(({ from }) => from))],
    to: [...new Set(pairs.map(({ to }) => to))],
    cell: (from, to) => byPair.get(from.code * 256 + to.code),
  };
}

/** `256 of 65 536 addresses change route: …`. */
export function changesText({ pairs, asked, changed }: RouteChanges, subject = "address"): string {
  const many = subject === "address" ? "addresses" : `${subject}s`;
  if (asked === 0) return "Nothing known yet";
  if (changed === 0) return `None of ${countOf(asked, subject, many)} changes route`;
  const told = pairs
    .filter(({ from, to }) => from !== to)
    .slice(0, 3)
    .map(({ from, to, count }) => `${formatCount(count)} from ${from.name} to ${to.name}`);
  const verb = changed === 1 ? "changes" : "change";
  return `${formatCount(changed)} of ${countOf(asked, subject, many)} ${verb} route: ${told.join(", ")}`;
}

/** The connections that changed, as CSV in pieces. */
export function changesCsv(
  a: SweptSide,
  b: SweptSide,
  changes: RouteChanges,
  plan: SweepPlan,
  list: AddressList,
): readonly string[] {
  const header = "source,destination,outcome_a,cluster_a,by_a,outcome_b,cluster_b,by_b";
  const cells = ({ codes, table }: SweptSide, index: number) => {
    const outcome = table[(codes[index] ?? PENDING) - 1];
    return outcome ? outcomeCells(outcome) : "other,,";
  };
  return inPieces(header, a.codes.length, (index) =>
    changes.isChanged(index)
      ? `${list.at(index % list.count)},${destinationAt(plan, list, index)},${cells(a, index)},${cells(b, index)}`
      : undefined,
  );
}

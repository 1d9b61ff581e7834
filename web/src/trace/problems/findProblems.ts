/** What went wrong in a run, in words, and how to mend it. */
import type { ScenarioDocument } from "wasmerang";
import type { Events } from "../memoize.ts";
import type { RunStatus } from "../verdict.ts";
import * as life from "./life.ts";
import * as names from "./names.ts";
import { checkedRun, type Check, type Problem } from "./problem.ts";
import * as routing from "./routing.ts";
import { ignoredStatus } from "./status.ts";

const checks: readonly Check[] = [
  life.refused,
  life.envoyDies,
  life.endless,
  life.trapped,
  life.deadVm,
  life.paused,
  routing.tooLate,
  routing.setPropertyRouting,
  routing.weightedIgnored,
  routing.unknownCluster,
  routing.unreachable,
  routing.escaped,
  names.wrongProperty,
  names.notYet,
  names.wrongFunction,
  names.wrongKey,
  names.badArgument,
  names.readOnly,
  ignoredStatus,
  life.unmodelled,
];

/** A problem with every other event at which the same happened. */
export interface FoundProblem extends Problem {
  readonly alsoAt: readonly number[];
}

/** What the checks look at, in words that follow "checked:". */
export const checked: readonly string[] = checks.map(({ name }) => name);

/** Errors first, then in the order of the run; what happened again is one problem. */
export function findProblems(run: {
  readonly events: Events;
  readonly document: ScenarioDocument;
  readonly status: RunStatus;
}): readonly FoundProblem[] {
  const judged = checkedRun(run.events, run.document, run.status);
  const found = new Map<string, FoundProblem & { readonly alsoAt: number[] }>();
  for (const { find } of checks)
    for (const problem of find(judged)) {
      const known = found.get(problem.title);
      if (known === undefined) found.set(problem.title, { ...problem, alsoAt: [] });
      else if (known.seq !== problem.seq) known.alsoAt.push(problem.seq);
    }
  const rank = { error: 0, warning: 1 };
  return [...found.values()].sort((a, b) => rank[a.severity] - rank[b.severity] || a.seq - b.seq);
}

/** Many results as few rows, and the judgement of each. */
import type { FaultCase } from "./faultCases.ts";
import type { FaultResult } from "./faultLab.ts";
import type { ConnectionOutcome } from "./faultOutcome.ts";

/** All faults of one call that ended alike. */
export interface FaultGroup {
  readonly call: string;
  readonly nth: number;
  readonly subject: string | undefined;
  readonly connection: string | undefined;
  /** In the order in which they were played; never empty. */
  readonly results: readonly FaultResult[];
}

export function groupFaults(results: readonly FaultResult[]): readonly FaultGroup[] {
  const groups = new Map<string, FaultGroup & { readonly results: FaultResult[] }>();
  for (const result of results) {
    const { fault, kind, subject, connection, seq } = result.case;
    const { connections, later, trapped, vmLost, envoyLost } = result;
    const isOwnDoing = kind === "status" || kind === "value";
    const key = JSON.stringify([seq, isOwnDoing, connections, later, trapped, vmLost, envoyLost]);
    const group = groups.get(key);
    if (group) group.results.push(result);
    else {
      const { call, nth = 1 } = fault;
      groups.set(key, { call, nth, subject, connection, results: [result] });
    }
  }
  return [...groups.values()];
}

/**
 * Why a result is bad, in words; undefined if it is not. Only statuses and values can be: a trap
 * and the result of a callback are put in place of what the guest did.
 *
 * @param mayDefault whether tcp_proxy's own cluster is a right answer to a fault
 */
export function faultProblem(result: FaultResult, mayDefault: boolean): string | undefined {
  const { kind } = result.case;
  if (kind !== "status" && kind !== "value") return undefined;
  if (result.envoyLost !== undefined) return result.envoyLost;
  if (result.trapped) return "the guest trapped";
  const outcomes = [
    ...result.connections.map(({ outcome }) => outcome),
    ...Object.values(result.later).flat(),
  ];
  if (outcomes.includes("wrongCluster")) return "a connection went to a wrong cluster";
  if (!mayDefault && outcomes.includes("default")) {
    return "a connection went to tcp_proxy's own cluster";
  }
  return undefined;
}

/** `3 closed, 9 same`: how many of each outcome, in the order of their first. */
export function countOutcomes(outcomes: readonly ConnectionOutcome[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts]
    .map(([outcome, count]) => `${count} ${outcomeNames[outcome] ?? outcome}`)
    .join(", ");
}

export const outcomeNames: Readonly<Record<string, string>> = {
  same: "same",
  asGiven: "as given",
  default: "default",
  wrongCluster: "WRONG CLUSTER",
  closed: "closed",
  stalled: "stalled",
  gone: "Envoy gone",
} satisfies Record<ConnectionOutcome, string>;

/** `every other status`, or the labels of a group's faults. */
export function describeFaults(
  { results }: FaultGroup,
  all: readonly FaultCase[],
): readonly string[] {
  const cases = results.map((it) => it.case);
  const [first] = cases;
  const statuses = cases.filter(({ kind }) => kind === "status");
  const ofCall = all.filter(({ seq, kind }) => seq === first?.seq && kind === "status");
  const isEvery = statuses.length > 1 && statuses.length === ofCall.length;
  const rest = cases.filter(({ kind }) => kind !== "status").map(({ what }) => what);
  return [...(isEvery ? ["every other status"] : statuses.map(({ what }) => what)), ...rest];
}

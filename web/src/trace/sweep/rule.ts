/** The rule that the user expects of a filter, and the addresses that break it. */
import type { SweepOutcome } from "wasmerang";
import { PENDING } from "./outcomes.ts";
import type { AddressList } from "./plan.ts";

/** Even and odd last bytes of the source address go to these clusters. */
export interface EvenOddRule {
  readonly even: string;
  readonly odd: string;
}

export interface RuleCheck {
  /** Connections that have an outcome. */
  readonly asked: number;
  readonly broken: number;
  /** The first places that break the rule. */
  readonly first: readonly number[];
}

const SHOWN = 8;

/** Every connection that has an outcome, against the rule. */
export function checkRule(
  codes: Uint8Array,
  table: readonly SweepOutcome[],
  list: AddressList,
  rule: EvenOddRule,
): RuleCheck {
  const goesTo = clusterByCode(table);
  const first: number[] = [];
  let asked = 0;
  let broken = 0;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? PENDING;
    if (code === PENDING) continue;
    asked++;
    const wanted = list.isOdd(index % list.count) ? rule.odd : rule.even;
    if (goesTo[code] === wanted) continue;
    if (broken++ < SHOWN) first.push(index);
  }
  return { asked, broken, first };
}

/** The rule that most outcomes keep: what the even addresses mostly get, and the odd ones. */
export function likelyRule(
  codes: Uint8Array,
  table: readonly SweepOutcome[],
  list: AddressList,
): EvenOddRule | undefined {
  const counts = { even: new Uint32Array(256), odd: new Uint32Array(256) };
  for (let index = 0; index < codes.length; index++) {
    const side = list.isOdd(index % list.count) ? counts.odd : counts.even;
    const code = codes[index] ?? PENDING;
    side[code] = (side[code] ?? 0) + 1;
  }
  const goesTo = clusterByCode(table);
  const most = (side: Uint32Array) => {
    let best: string | undefined;
    let bestCount = 0;
    goesTo.forEach((cluster, code) => {
      const count = side[code] ?? 0;
      if (cluster !== undefined && count > bestCount) [best, bestCount] = [cluster, count];
    });
    return best;
  };
  const [even, odd] = [most(counts.even), most(counts.odd)];
  const any = even ?? odd;
  return any === undefined ? undefined : { even: even ?? any, odd: odd ?? any };
}

/** The cluster of each byte that means a decision of the filter. */
function clusterByCode(table: readonly SweepOutcome[]): readonly (string | undefined)[] {
  return [
    undefined,
    ...table.map((outcome) =>
      outcome.kind === "routed" && outcome.by === "filterState" ? outcome.cluster : undefined,
    ),
  ];
}

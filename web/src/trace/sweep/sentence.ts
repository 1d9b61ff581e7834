/** A sweep in one sentence. */
import { countOf, formatCount } from "../formatCount.ts";
import { PENDING, type OutcomeText, type Tally } from "./outcomes.ts";
import type { EvenOddRule, RuleCheck } from "./rule.ts";

/** More outcomes than this are not told one by one. */
const MOST_TOLD = 4;

type Ranked = readonly { readonly text: OutcomeText; readonly count: number }[];

/** `65 536 addresses`, or how many connections they make with several ports. */
export function subjectOf(addresses: number, ports: number): string {
  const sources = countOf(addresses, "address", "addresses");
  return ports === 1 ? sources : `${sources} × ${ports} ports`;
}

/** `32 768 go to egress1, 32 768 go to egress2, none undecided`. */
export function answerOf(found: Ranked, { counts }: Tally): string {
  if (found.length === 0) return "nothing known yet";
  const told = found.length > MOST_TOLD ? found.slice(0, MOST_TOLD - 1) : found;
  const rest = found.slice(told.length);
  const restCount = rest.reduce((sum, { count }) => sum + count, 0);
  const pending = counts[PENDING] ?? 0;
  return [
    ...told.map(({ text, count }) => `${formatCount(count)} ${text.verbs[count === 1 ? 0 : 1]}`),
    ...(rest.length > 0 ? [`${formatCount(restCount)} have ${rest.length} other outcomes`] : []),
    ...(found.some(({ text }) => text.isUndecided) ? [] : ["none undecided"]),
    ...(pending > 0 ? [`${formatCount(pending)} not asked`] : []),
  ].join(", ");
}

/** How the sentence's edge looks, as that of the verdict on one connection. */
export function toneOf(found: Ranked): "plain" | "warn" | "bad" {
  if (found.some(({ text }) => text.mark === "bad" || text.mark === "stalled")) return "bad";
  return found.some(({ text }) => text.isUndecided) ? "warn" : "plain";
}

/** The pattern in words, where every address keeps it; undefined where one does not. */
export function patternText(rule: EvenOddRule, check: RuleCheck): string | undefined {
  if (check.broken > 0 || check.asked === 0) return undefined;
  return rule.even === rule.odd
    ? `Every address goes to ${rule.even}.`
    : `Every even last byte goes to ${rule.even}, every odd one to ${rule.odd}.`;
}

/** Numbers outcomes as they come, so that a byte stands for each. */
import type { SweepOutcome } from "wasmerang";
import { OTHER } from "./outcomes.ts";

export class OutcomeTable {
  readonly outcomes: SweepOutcome[] = [];
  readonly #codes = new Map<string, number>();

  /** A number from 1; `OTHER` when the table is full and does not have it. */
  codeOf(outcome: SweepOutcome): number {
    const key =
      outcome.kind === "routed" ? `${outcome.by} ${outcome.cluster}` : JSON.stringify(outcome);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    if (this.outcomes.length + 1 >= OTHER) return OTHER;
    const code = this.outcomes.push(outcome);
    this.#codes.set(key, code);
    return code;
  }
}

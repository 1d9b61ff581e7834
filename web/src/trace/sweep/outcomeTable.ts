/** Numbers outcomes as they come, so that a byte stands for each. */
import type { SweepOutcome } from "wasmerang";
import { OTHER } from "./outcomes.ts";

export class OutcomeTable {
  readonly outcomes: SweepOutcome[] = [];
  /** By cluster: nearly every outcome is one of these, and a key made for each would take its time. */
  readonly #routed = {
    filterState: new Map<string, number>(),
    cluster: new Map<string, number>(),
    weightedClusters: new Map<string, number>(),
  };
  /** By the outcome as JSON. */
  readonly #others = new Map<string, number>();

  /** A number from 1; `OTHER` when the table is full and does not have it. */
  codeOf(outcome: SweepOutcome): number {
    return outcome.kind === "routed"
      ? this.#codeIn(this.#routed[outcome.by], outcome.cluster, outcome)
      : this.#codeIn(this.#others, JSON.stringify(outcome), outcome);
  }

  #codeIn(codes: Map<string, number>, key: string, outcome: SweepOutcome): number {
    const known = codes.get(key);
    if (known !== undefined) return known;
    if (this.outcomes.length + 1 >= OTHER) return OTHER;
    const code = this.outcomes.push(outcome);
    codes.set(key, code);
    return code;
  }
}

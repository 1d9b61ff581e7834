import { Status } from "./abi.ts";
import { encodeBytes } from "./bytes.ts";
import type { ScenarioFault } from "./scenario.ts";

/** What to do in place of one call. */
export interface Fault {
  readonly status?: Status;
  readonly value?: Uint8Array;
  readonly return?: number;
  readonly trap?: true;
}

/** The scenario's faults for one VM: counts the calls of each name and answers the fault for one. */
export class FaultPlan {
  readonly #faults = new Map<string, Map<number, Fault>>();
  readonly #calls = new Map<string, number>();

  constructor(faults: readonly ScenarioFault[]) {
    for (const { call, nth, status, value, return: returned, trap } of faults) {
      const byNumber = this.#faults.get(call) ?? new Map<number, Fault>();
      this.#faults.set(call, byNumber);
      byNumber.set(nth, {
        ...(status === undefined ? {} : { status: Status[status] }),
        ...(value === undefined ? {} : { value: encodeBytes(value) }),
        ...(returned === undefined ? {} : { return: returned }),
        ...(trap === undefined ? {} : { trap }),
      });
    }
  }

  /** Counts a call; answers what to do in its place, if anything. */
  take(call: string): Fault | undefined {
    const byNumber = this.#faults.get(call);
    if (!byNumber) return undefined;
    const nth = (this.#calls.get(call) ?? 0) + 1;
    this.#calls.set(call, nth);
    return byNumber.get(nth);
  }
}

/** Every single fault of one subject, played and judged. */
import { FaultLab, faultProblem, NoFaultsPossible, type FaultResult } from "../src/index.ts";
import type { Subject } from "./subjects.ts";

export interface PlayedFaults {
  readonly subject: Subject;
  readonly results: readonly FaultResult[];
  /** Why there are none: Envoy refuses the plugin. */
  readonly impossible: string | undefined;
  /** What a status or a value did that it must not, one line each. */
  readonly problems: readonly string[];
}

export function playFaults(subject: Subject): PlayedFaults {
  const { module, what, wasm, scenario } = subject;
  try {
    const lab = new FaultLab(wasm, scenario);
    const results = lab.cases.map((faultCase) => lab.play(faultCase));
    const problems = results.flatMap((result) => {
      const problem = problemOf(result, subject);
      return problem ? [`${module} ${what}: ${JSON.stringify(result.case.fault)}: ${problem}`] : [];
    });
    return { subject, results, impossible: undefined, problems };
  } catch (error) {
    if (!(error instanceof NoFaultsPossible)) throw error;
    return { subject, results: [], impossible: error.message, problems: [] };
  }
}

function problemOf(result: FaultResult, { mayDefault, isMeantToTrap }: Subject) {
  if (isMeantToTrap) return result.envoyLost;
  // A worker that never gets its configuration lets connections through all the same: Envoy skips
  // the filter. That is Envoy's doing, not the filter's.
  const isFilters = mayDefault || result.case.connection !== undefined;
  return isFilters ? faultProblem(result, mayDefault) : undefined;
}

/** Shows and stores the smallest scenario of a difference, so that it can be played again. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ParityCase } from "./cases/case.ts";
import { type LineFilter, playCase } from "./playAll.ts";
import { createRecorder } from "./recorder.ts";
import type { Report } from "./report.ts";
import { shrink } from "./shrink.ts";

export interface ShrinkOptions {
  readonly binary: string;
  /** For Envoy's files; must exist. */
  readonly folder: string;
  /** Where the smallest scenario and its module are left. */
  readonly output: string;
  readonly filter: LineFilter;
  readonly report: Report;
}

export async function showSmallest(
  failing: readonly ParityCase[],
  { binary, folder, output, filter, report }: ShrinkOptions,
): Promise<void> {
  if (failing.length === 0) return;
  const home = join(folder, "shrink");
  mkdirSync(home);
  mkdirSync(output, { recursive: true });
  const recorder = createRecorder(binary, home);
  const differs = async (candidate: ParityCase): Promise<boolean> => {
    const result = await playCase(recorder, candidate, filter);
    return result.played && result.differences.length > 0;
  };
  try {
    for (const it of failing) {
      const smallest = await shrink(it, differs);
      const result = await playCase(recorder, smallest, filter);
      const name = it.name.replace(/[^\w.-]+/g, "-");
      const [scenarioFile, wasmFile] = [join(output, `${name}.json`), join(output, `${name}.wasm`)];
      // As it was played: with the endpoints and the environment of this run.
      const { plugin, ...rest } = result.played ? result.recording.scenario : smallest.scenario;
      const scenario = rest.plugins ? rest : { plugin, ...rest };
      writeFileSync(scenarioFile, `${JSON.stringify(scenario, undefined, 2)}\n`);
      writeFileSync(wasmFile, smallest.wasm);
      const { generated } = smallest;
      report.smallest(it.name, {
        json: JSON.stringify(scenario),
        programs: (generated?.programs ?? []).map((program) =>
          program.map((a) => JSON.stringify(a)),
        ),
        differences: result.played ? result.differences : [],
        replay: `npm run parity -- --scenarios ${scenarioFile} --wasm ${wasmFile}`,
      });
    }
  } finally {
    await recorder.close();
  }
}

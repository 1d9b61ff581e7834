/** Every case of the project's own parity run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, type ParityCase } from "./case.ts";
import { calloutCases } from "./callouts.ts";
import { endingCases } from "./endings.ts";
import { fileCases } from "./files.ts";
import { filterCases, releaseFilter } from "./filter.ts";
import { probeCases } from "./probes.ts";
import { randomCases } from "./random.ts";
import { randomMessageCases } from "./randomMessages.ts";
import { randomModuleCases } from "./randomModules.ts";
import { moduleCases } from "./refused.ts";

/** What every run plays; `--random` plays others. */
const RANDOM_SCENARIOS = 100;
const RANDOM_MODULES = 60;
const RANDOM_MESSAGES = 5;
const RANDOM_SEED = 1;

export async function corpus(): Promise<readonly ParityCase[]> {
  const gallery = join(packageRoot, "..", "examples", "scenarios");
  const cases = [
    ...filterCases(),
    ...(existsSync(gallery) ? fileCases(gallery, releaseFilter()) : []),
    ...(await probeCases()),
    ...(await endingCases()),
    ...(await calloutCases()),
    ...(await moduleCases()),
    ...(await randomCases(RANDOM_SCENARIOS, RANDOM_SEED)),
    ...(await randomModuleCases(RANDOM_MODULES, RANDOM_SEED)),
    ...(await randomMessageCases(RANDOM_MESSAGES, RANDOM_SEED)),
  ];
  const names = new Set(cases.map(({ name }) => name));
  if (names.size !== cases.length) throw new Error("two parity cases have the same name");
  return cases;
}

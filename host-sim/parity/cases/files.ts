/** Scenario files as parity cases. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readScenarioText } from "../../src/readScenario.ts";
import type { ParityCase } from "./case.ts";

/** Files of others may do what they like. Reads one file, or every `*.json` of a folder. Throws an Error that names file and problems. */
export function fileCases(path: string, wasm: Uint8Array): readonly ParityCase[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => join(path, name))
    : [path];
  return files.map((file) => {
    const result = readScenarioText(readFileSync(file, "utf8"));
    if (!result.ok) {
      const problems = result.problems.map(({ path, message }) => `${path}: ${message}`);
      throw new Error(`${file} is no scenario:\n  ${problems.join("\n  ")}`);
    }
    return {
      name: `file: ${basename(file, ".json")}`,
      wasm,
      scenario: result.scenario,
      fails: "perhaps",
    };
  });
}

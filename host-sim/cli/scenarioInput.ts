/** The input that `run` and `faults` share: a scenario. */
import { readScenarioText, type Scenario } from "../src/index.ts";
import { UsageError, readInput, readStandardInput } from "./command.ts";

const WASM = Buffer.from("\0asm");

/** The scenario of a file, or of standard input for `-`; all that is wrong with it is a UsageError. */
export async function readScenarioFile(file: string): Promise<Scenario> {
  const isStandardInput = file === "-";
  const input = isStandardInput ? await readStandardInput() : readInput(file);
  const name = isStandardInput ? "standard input" : file;
  if (input.length === 0) throw new UsageError(`${name} is empty: a scenario is a JSON document`);
  if (input.subarray(0, 4).equals(WASM)) {
    throw new UsageError(
      `${name} is a WebAssembly module, no scenario: give a scenario, and the module with --wasm`,
    );
  }
  const result = readScenarioText(input.toString("utf8"));
  if (result.ok) return result.scenario;
  const problems = result.problems.map(({ path, message }) => `  ${path}: ${message}`);
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  throw new UsageError(`${name} has ${count}:\n${problems.join("\n")}`);
}

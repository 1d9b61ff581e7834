/** The input that `run` and `faults` share: a scenario, and how long a callback may take. */
import { parseDuration, readScenarioText, type Scenario } from "../src/index.ts";
import { UsageError, readInput, readStandardInput } from "./command.ts";

/** setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** `--timeout` in milliseconds of wall time; a wrong one is a UsageError. */
export function readTimeout(text: string): number {
  const nanoseconds = parseDuration(text);
  const milliseconds = (nanoseconds ?? 0) / 1e6;
  if (milliseconds < 1 || milliseconds > MAX_TIMEOUT_MS) {
    throw new UsageError(`--timeout must be a duration of at least 1ms, such as 3s, not ${text}`);
  }
  return milliseconds;
}

/** The scenario of a file, or of standard input for `-`; all that is wrong with it is a UsageError. */
export async function readScenarioFile(file: string): Promise<Scenario> {
  const isStandardInput = file === "-";
  const input = isStandardInput ? await readStandardInput() : readInput(file);
  const result = readScenarioText(input.toString("utf8"));
  if (result.ok) return result.scenario;
  const name = isStandardInput ? "standard input" : file;
  const problems = result.problems.map(({ path, message }) => `  ${path}: ${message}`);
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  throw new UsageError(`${name} has ${count}:\n${problems.join("\n")}`);
}

/** `wasmerang run`: plays a scenario and prints the trace. */
import { traceFormats, traceLines, type Scenario, type VmName } from "../src/index.ts";
import {
  Exit,
  onePositional,
  oneOf,
  parseArguments,
  readModule,
  writeLines,
  type Output,
} from "./command.ts";
import { judge } from "./expectations.ts";
import {
  LIMIT_OPTIONS,
  LIMIT_USAGE,
  describeTime,
  readLimits,
  readTimeout,
} from "./limitOptions.ts";
import { readScenarioFile } from "./scenarioInput.ts";
import { watchedRun, type Hang } from "./watchedRun.ts";

export const RUN_USAGE = `Usage: wasmerang run SCENARIO [options]

Plays a scenario (a JSON file, or - for standard input) in the simulated Envoy 1.40.

Options:
  --wasm FILE      the module; without it the filter that comes with wasmerang
  --format FORMAT  text  for people (default)
                   json  one event a line, see trace.schema.json
                   envoy the lines of Envoy's wasm:trace
  --vm VM          base, canary, main or worker; without it text and envoy show the worker's VM
                   (or, if the plugin is refused, the others), and json shows all
${LIMIT_USAGE}

Exit status: 2 bad input, 3 module refused or stopped, 1 an expectation failed, 0 otherwise.
`;

const VM_NAMES: readonly VmName[] = ["base", "canary", "main", "worker"];

export async function runCommand(args: readonly string[], output: Output): Promise<Exit> {
  const parsed = parseArguments(args, {
    wasm: { type: "string" },
    format: { type: "string" },
    vm: { type: "string" },
    ...LIMIT_OPTIONS,
  });
  const format = oneOf(parsed, "format", traceFormats) ?? "text";
  const vm = oneOf(parsed, "vm", VM_NAMES);
  const timeoutMs = readTimeout(parsed);
  const limits = readLimits(parsed);
  const file = onePositional(parsed, "SCENARIO");
  const given = await readScenarioFile(file);
  const wasm = readModule(parsed);
  const scenario = format === "envoy" ? tracing(given) : given;

  const { events, hang, stopped } = await watchedRun(wasm, scenario, timeoutMs, limits);
  writeLines(output, traceLines(format, events, scenario, vm));
  if (stopped !== undefined || hang) {
    output.err(hang ? describeHang(hang, timeoutMs) : `Stopped: ${stopped}.`);
    return Exit.moduleFailed;
  }
  const { exit, messages } = judge(events, scenario);
  for (const message of messages) output.err(message);
  return exit;
}

/** Real Envoy prints its trace only with the logger at trace, and the guest can see that. */
function tracing(scenario: Scenario): Scenario {
  return { ...scenario, plugin: { ...scenario.plugin, logLevel: "trace" } };
}

function describeHang({ callback, vm }: Hang, timeoutMs: number): string {
  const where = callback ? `in ${callback}` : "while the module was loaded";
  const who = vm === "worker" ? "worker" : "main thread";
  return `Stopped: no event for ${describeTime(timeoutMs)} ${where}. Envoy has no such limit; its ${who} would hang.`;
}

/** `wasmerang faults`: every single fault at every call of a scenario. */
import {
  countOutcomes,
  describeFaults,
  faultProblem,
  groupFaults,
  outcomeNames,
  toJson,
  type FaultCase,
  type FaultGroup,
  type FaultResult,
} from "../src/index.ts";
import { Exit, onePositional, oneOf, parseArguments, readModule, type Output } from "./command.ts";
import { readScenarioFile } from "./scenarioInput.ts";
import { LIMIT_OPTIONS, LIMIT_USAGE, readLimits, readTimeout } from "./limitOptions.ts";
import { watchedFaults } from "./watchedFaults.ts";

export const FAULTS_USAGE = `Usage: wasmerang faults SCENARIO [options]

Plays a scenario (a JSON file, or - for standard input) once for each single fault: each host call of
the worker with every status, with missing and malformed values and with a trap, each callback with
other results and with a trap. Twelve more connections follow, under each failure policy where the VM
is lost. The scenario's own faults are left out.

A status or a value must neither trap the guest nor send a connection to a wrong cluster. Right are the
cluster of the run without faults, the one that the filter chooses where the host gives that value by
itself, no cluster (closed), and tcp_proxy's own cluster.

Options:
  --wasm FILE      the module; without it the filter that comes with wasmerang
  --no-default     tcp_proxy's own cluster is wrong too: for a filter that must close instead
  --all            list the faults without any effect as well
  --format FORMAT  text for people (default); json one fault a line
${LIMIT_USAGE}

Exit status: 2 bad input, 3 module refused, 1 a status or value did what it must not, 0 otherwise.
`;

export async function faultsCommand(args: readonly string[], output: Output): Promise<Exit> {
  const parsed = parseArguments(args, {
    wasm: { type: "string" },
    "no-default": { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    format: { type: "string" },
    ...LIMIT_OPTIONS,
  });
  const format = oneOf(parsed, "format", ["text", "json"]) ?? "text";
  const timeoutMs = readTimeout(parsed);
  const limits = readLimits(parsed);
  const scenario = await readScenarioFile(onePositional(parsed, "SCENARIO"));
  const wasm = readModule(parsed);
  const mayDefault = parsed.values["no-default"] !== true;

  const progress = progressOn(process.stderr);
  const played = await watchedFaults(wasm, scenario, timeoutMs, limits, progress);
  if ("impossible" in played) {
    output.err(`wasmerang: ${played.impossible}`);
    return Exit.moduleFailed;
  }
  const { cases, results } = played;
  if (format === "json") {
    for (const result of results) {
      const { asIf: _, ...where } = result.case;
      const problem = faultProblem(result, mayDefault);
      output.out(`${JSON.stringify(toJson({ ...result, case: where, problem }))}\n`);
    }
  } else output.out(formatFaults(cases, results, mayDefault, parsed.values["all"] === true));
  return results.some((it) => faultProblem(it, mayDefault)) ? Exit.expectationFailed : Exit.ok;
}

/** A line that counts, on a terminal only. */
function progressOn(stream: NodeJS.WriteStream): (done: number, all: number) => void {
  if (!stream.isTTY) return () => undefined;
  return (done, all) => stream.write(done === all ? "\r\x1b[K" : `\r${done} of ${all} faults`);
}

/** One row for all faults of a call that end alike, then the counts. */
export function formatFaults(
  cases: readonly FaultCase[],
  results: readonly FaultResult[],
  mayDefault: boolean,
  all: boolean,
): string {
  const groups = groupFaults(results);
  const shown = groups.filter((group) => all || !hasNoEffect(group));
  const ids = results[0]?.connections.map(({ id }) => id) ?? [];
  const rows = shown.map((group) => rowOf(group, cases, mayDefault));
  const lines = table([["call", ...ids, "fault"], ...rows.map(({ cells }) => cells)]);
  const out = [lines[0] ?? ""];
  for (const [index, { below }] of rows.entries()) {
    out.push(lines[index + 1] ?? "", ...below.map((line) => `    ${line}`));
  }
  const own = results.filter(({ case: { kind } }) => kind === "status" || kind === "value");
  const problems = own.filter((result) => faultProblem(result, mayDefault));
  const without = results.length - shown.reduce((sum, group) => sum + group.results.length, 0);
  out.push(
    "",
    `${results.length} faults at ${new Set(cases.map(({ seq }) => seq)).size} calls; ${without} without any effect${without > 0 ? ", not listed" : ""}.`,
    problems.length === 0
      ? `No status and no value (${own.length}) trapped the guest or led to a wrong cluster.`
      : `${problems.length} of ${own.length} statuses and values did what they must not: see WRONG.`,
  );
  return `${out.join("\n")}\n`;
}

const hasNoEffect = ({ results: [result] }: FaultGroup) =>
  result !== undefined &&
  !result.trapped &&
  !result.vmLost &&
  result.envoyLost === undefined &&
  result.connections.every(({ outcome }) => outcome === "same") &&
  Object.values(result.later).every((outcomes) => outcomes.every((it) => it === "same"));

interface Row {
  readonly cells: readonly string[];
  readonly below: readonly string[];
}

function rowOf(group: FaultGroup, cases: readonly FaultCase[], mayDefault: boolean): Row {
  const { call, nth, subject, connection, results } = group;
  const [result] = results;
  if (!result) return { cells: [], below: [] };
  const about = [subject, connection && `in ${connection}`].filter(Boolean).join(" ");
  const problem = faultProblem(result, mayDefault);
  const later = Object.entries(result.later).map(
    ([policy, outcomes]) => `${policy} ${countOutcomes(outcomes)}`,
  );
  const isLasting = Object.values(result.later).some((it) => it.some((one) => one !== "same"));
  return {
    cells: [
      `${call} #${nth}${about && ` (${about})`}`,
      ...result.connections.map(({ outcome }) => outcomeNames[outcome] ?? outcome),
      describeFaults(group, cases).join(", "),
    ],
    below: [
      ...(problem ? [`WRONG: ${problem}`] : []),
      ...(result.vmLost ? ["the worker has no working VM any more"] : []),
      ...(result.envoyLost !== undefined && !problem ? [result.envoyLost] : []),
      ...(isLasting ? [`later connections: ${later.join("; ")}`] : []),
    ],
  };
}

/** Columns as wide as their widest cell, the last one as it comes. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

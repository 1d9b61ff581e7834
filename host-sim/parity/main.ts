/** `npm run parity`: real Envoy as the judge of the simulator. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot, type ParityCase } from "./cases/case.ts";
import { corpus } from "./cases/corpus.ts";
import { fileCases } from "./cases/files.ts";
import { releaseFilter } from "./cases/filter.ts";
import { generatedCases } from "./cases/generated.ts";
import { createCoverage } from "./coverage.ts";
import { ensureEnvoy } from "./ensureEnvoy.ts";
import { complaints } from "./failing.ts";
import { normalise } from "./normalise.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { type CaseResult, type LineFilter, playAll } from "./playAll.ts";
import type { Recording } from "./recordScenario.ts";
import { createReport, type Report } from "./report.ts";
import { showSmallest } from "./smallest.ts";

/** Of so many failing cases the smallest scenario is looked for. */
const MAX_SHRUNK = 3;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const binary = await ensureEnvoy();
  if (options.record !== undefined) mkdirSync(options.record, { recursive: true });
  console.error("parity: scenarios in real Envoy 1.40 and in the simulator");

  const folder = mkdtempSync(join(tmpdir(), "parity-"));
  const cleanUp = (): void => {
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", cleanUp); // also after an interrupt
  const report = createReport();
  const coverage = createCoverage();
  const failing: ParityCase[] = [];
  let count = 0;
  const filter: LineFilter = options.normalise ? normalise : (lines) => lines;
  const take = (it: ParityCase, result: CaseResult): void => {
    count++;
    if (!result.played) {
      report.notPlayed(it.name, result.reason);
      return;
    }
    const { recording, simulation, differences, onlyOnce, change } = result;
    if (change !== undefined) report.change(it.name, change);
    if (onlyOnce.length > 0) report.onlyOnce(it.name, onlyOnce);
    if (options.record !== undefined) writeTrace(options.record, it.name, recording);
    report.compared(it.name, recording, [...differences, ...complaints(it, simulation.events)]);
    if (differences.length === 0) coverage.add(recording.scenario, simulation.events);
    else if (failing.length < MAX_SHRUNK) failing.push(it);
  };
  await playAll(chosen(options), { binary, folder, lanes: options.lanes, filter }, take);
  if (count === 0) throw new Error(`no case has ${options.only} in its name`);
  const output = join(tmpdir(), "parity-smallest");
  await showSmallest(failing, { binary, folder, output, filter, report });
  if (options.keep) console.error(`parity: Envoy's files are in ${folder}`);
  const isAll = options.only === undefined && options.scenarios === undefined;
  if (isAll && options.count > 0) report.coverage(coverage.lines());
  if (isAll) writeCounts(report);
  return report.finish(isAll) ? 0 : 1;
}

/** For the summary of npm test. */
function writeCounts(report: Report): void {
  const results = join(packageRoot, "..", "test-results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "parity.json"), JSON.stringify(report.counts()));
}

/** The cases that the options ask for, each made when it is its turn. */
async function* chosen(options: Options): AsyncGenerator<ParityCase> {
  const { scenarios, wasm, count, seed, only = "" } = options;
  const isWanted = ({ name }: ParityCase): boolean => name.includes(only);
  if (scenarios !== undefined) {
    const module = wasm === undefined ? releaseFilter() : readFileSync(wasm);
    yield* fileCases(scenarios, module).filter(isWanted);
    return;
  }
  yield* (await corpus()).filter(isWanted);
  for await (const it of generatedCases(count, seed)) if (isWanted(it)) yield it;
}

function writeTrace(folder: string, name: string, recording: Recording): void {
  const { outcome, reason, lines, mainLines, connections } = recording;
  const text = [
    `# ${name}: ${outcome}${reason === undefined ? "" : `, ${reason}`}`,
    ...(outcome === "refused" ? [] : ["# main thread", ...mainLines, "# worker"]),
    ...lines,
    ...connections.map(({ id, open, access }) => `# ${id} ${JSON.stringify({ open, ...access })}`),
  ];
  const file = `${name.replace(/[^\w.-]+/g, "-")}.txt`;
  writeFileSync(join(folder, file), `${text.join("\n")}\n`);
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof Error ? `parity: ${error.stack}` : error);
    process.exit(1);
  },
);

/** `npm run parity`: real Envoy as the judge of the simulator. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadLibraries } from "../src/libraries.ts";
import { packageRoot, type ParityCase } from "./cases/case.ts";
import { corpus } from "./cases/corpus.ts";
import { fileCases } from "./cases/files.ts";
import { releaseFilter } from "./cases/filter.ts";
import { randomCases } from "./cases/random.ts";
import { randomMessageCases } from "./cases/randomMessages.ts";
import { randomModuleCases } from "./cases/randomModules.ts";
import { compare } from "./compare.ts";
import { normalise } from "./normalise.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { createRecorder } from "./recorder.ts";
import type { Recording } from "./recordScenario.ts";
import { createReport } from "./report.ts";
import { simulateRecorded } from "./runSimulator.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const isCorpus = [options.only, options.scenarios, options.random].every(
    (it) => it === undefined,
  );
  const binary = await ensureEnvoy();
  const cases = (await chooseCases(options)).filter(({ name }) =>
    name.includes(options.only ?? ""),
  );
  if (cases.length === 0) throw new Error(`no case has ${options.only} in its name`);
  if (options.record !== undefined) mkdirSync(options.record, { recursive: true });
  console.error(`parity: ${cases.length} cases in real Envoy 1.40 and in the simulator`);

  const folder = mkdtempSync(join(tmpdir(), "parity-"));
  const cleanUp = (): void => {
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", cleanUp); // also after an interrupt
  const recorder = createRecorder(binary, folder);
  const report = createReport();
  try {
    for (const { name, wasm, scenario, freshEnvoy } of cases) {
      if (freshEnvoy) await recorder.restart();
      const result = await recorder.record(wasm, scenario);
      if (!result.played) {
        report.notPlayed(name, result.reason);
        continue;
      }
      const { recording, leftOut } = result;
      if (leftOut !== undefined) report.leftOut(name, leftOut);
      if (options.record !== undefined) writeTrace(options.record, name, recording);
      const simulation = simulateRecorded(wasm, recording, await loadLibraries(wasm));
      const differences = options.normalise
        ? compare(withoutLuck(recording), withoutLuck(simulation))
        : compare(recording, simulation);
      report.compared(name, recording, differences);
    }
  } finally {
    await recorder.close();
    if (options.keep) console.error(`parity: Envoy's files are in ${folder}`);
  }
  return report.finish(isCorpus) ? 0 : 1;
}

async function ensureEnvoy(): Promise<string> {
  const script = pathToFileURL(join(packageRoot, "..", "scripts", "setupEnvoy.mjs")).href;
  const setup = (await import(script)) as { readonly ensureEnvoy: () => Promise<string> };
  return setup.ensureEnvoy();
}

async function chooseCases(options: Options): Promise<readonly ParityCase[]> {
  const { scenarios, wasm, random, seed } = options;
  if (random !== undefined) {
    const modules = await randomModuleCases(Math.ceil(random / 4), seed);
    const messages = await randomMessageCases(Math.ceil(random / 20), seed);
    return [...(await randomCases(random, seed)), ...modules, ...messages];
  }
  if (scenarios === undefined) return corpus();
  return fileCases(scenarios, wasm === undefined ? releaseFilter() : readFileSync(wasm));
}

function withoutLuck<T extends Pick<Recording, "lines" | "mainLines">>(it: T): T {
  return { ...it, lines: normalise(it.lines), mainLines: normalise(it.mainLines) };
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

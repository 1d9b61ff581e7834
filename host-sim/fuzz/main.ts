/**
 * npm run fuzz: coverage-guided fuzzing of every reader, and changed modules played to their end.
 * What fails is made small and written to host-sim/fuzz/seeds/, where a test plays it from then on.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { scriptedGuest } from "../parity/scripted/guest.ts";
import { Random } from "../src/random.ts";
import { Coverage } from "./coverage.ts";
import { changedModules, playModules } from "./modules.ts";
import { mutate, shrink } from "./mutate.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";

const usage = `npm run fuzz [-- OPTIONS]
  --count N     inputs for each reader (20000)
  --modules N   changed modules to play (1000)
  --seed N      other inputs (1)
  --only NAME   ${[...targets.map(({ name }) => name), "modules"].join(", ")}`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        count: { type: "string", default: "20000" },
        modules: { type: "string", default: "1000" },
        seed: { type: "string", default: "1" },
        only: { type: "string" },
      },
    });
    const whole = (name: "count" | "modules" | "seed"): number => {
      if (/^\d{1,9}$/.test(values[name])) return Number(values[name]);
      throw new Error(`--${name} is "${values[name]}": must be a whole number`);
    };
    const { only } = values;
    const names = [...targets.map(({ name }) => name), "modules"];
    if (only !== undefined && !names.includes(only)) {
      throw new Error(`--only ${only}: there are ${names.join(", ")}`);
    }
    return { count: whole("count"), modules: whole("modules"), seed: whole("seed"), only };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const seedFolder = `${root}host-sim/fuzz/seeds/`;
const options = readOptions();
const isWanted = (name: string): boolean => options.only === undefined || options.only === name;

for (const target of targets) if (isWanted(target.name)) await fuzz(target);
if (isWanted("modules") && options.modules > 0) await fuzzModules();

/** Inputs that reach something new join the corpus; the next inputs are changes of those. */
async function fuzz(target: Target): Promise<void> {
  const corpus = [...(await target.seeds())];
  const coverage = new Coverage(target.covers);
  const answers = new Set<string>();
  for (const input of corpus) run(target, input, answers);
  coverage.isNew();
  const before = coverage.size + answers.size;
  const random = new Random(options.seed);
  for (let index = 0; index < options.count; index++) {
    const start = corpus[random.next() % corpus.length] ?? new Uint8Array(0);
    const input = mutate(start, corpus, random, target);
    const known = answers.size;
    const failure = run(target, input, answers);
    if (failure) {
      keep(
        target.name,
        shrink(input, (smaller) => run(target, smaller) === failure),
        failure,
      );
      coverage.close();
      return;
    }
    if (coverage.isNew() || answers.size > known) corpus.push(input);
  }
  console.log(
    `${target.name}: ${options.count} inputs, no failure; blocks reached ${before} by the seeds, ${coverage.size + answers.size} in all; corpus ${corpus.length}`,
  );
  coverage.close();
}

/** The first line of what went wrong, if anything did; what the check answers joins `answers`. */
function run(target: Target, input: Uint8Array, answers?: Set<string>): string | undefined {
  try {
    const answer = target.check(input);
    if (answer) answers?.add(answer);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
}

function keep(target: string, input: Uint8Array, failure: string): void {
  const folder = `${seedFolder}${target}/`;
  mkdirSync(folder, { recursive: true });
  const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
  writeFileSync(folder + name, input);
  console.error(`✗ ${target}: ${failure}\n  input of ${input.length} bytes: ${folder}${name}`);
  process.exitCode = 1;
}

async function fuzzModules(): Promise<void> {
  const filter = new Uint8Array(readFileSync(`${root}filter/build/wasmerang.wasm`));
  const seeds = [filter, await scriptedGuest()];
  const modules = changedModules(seeds, options.modules, options.seed);
  const lanes = Math.max(1, availableParallelism());
  const { counts, failures } = await playModules(modules, lanes, ({ played }) => {
    if (played % 1000 === 0) console.log(`modules: ${played} of ${options.modules}`);
  });
  for (const { module, message } of failures) keep("modules", module, message);
  const { played, refused, accepted, trapped, deaths, hung } = counts;
  console.log(
    `modules: ${played} played, ${failures.length} failures; ${refused} refused, ${accepted} accepted, ${trapped} trapped, ${deaths} would kill Envoy, ${hung} ended by the watchdog`,
  );
}

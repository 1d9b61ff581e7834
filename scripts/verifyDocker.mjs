// npm run verify:docker: examples/docker and its guide, and examples/envoy and its guide, really run.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { missingForDebs, unpackDebs } from "./docker/debs.mjs";
import { compareDecisions, configurations } from "./docker/decisions.mjs";
import { hasEngine, missingForEngine, startEngine } from "./docker/engine.mjs";
import { mutants, writeMutant } from "./docker/mutants.mjs";
import { seedImages } from "./docker/seedImages.mjs";
import { missingSettings, settings } from "./docker/settings.mjs";
import { validateEnvoy } from "./docker/validateEnvoy.mjs";
import { missingForNamespaces, runInNamespaces } from "./docker/withoutEngine.mjs";
import { readGuide, runGuide } from "./guide.mjs";
import { heading, root, seconds } from "./run.mjs";
import { ensureEnvoy } from "./setupEnvoy.mjs";

const usage = `npm run verify:docker [-- --namespaces | --mutants]
  --namespaces  without an engine, each container a network namespace: a few seconds
  --mutants     puts ${mutants.length} faults into the example, one at a time; each has to be caught`;

const options = {
  namespaces: { type: /** @type {const} */ ("boolean"), default: false },
  mutants: { type: /** @type {const} */ ("boolean"), default: false },
  help: { type: /** @type {const} */ ("boolean"), default: false },
};
const { values } = parseArgs({ options });
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const example = join(root, "examples/docker");
const wasm = join(root, "filter/build/wasmerang.wasm");
const inside = join(root, "scripts/docker/verifyInside.mjs");
const results = join(root, "test-results");
const reportFile = join(results, "docker.json");
const counts = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();

/** @param {string} name @param {string | undefined} problem */
function report(name, problem) {
  counts[problem === undefined ? "passed" : "failed"]++;
  console.log(`  ${problem === undefined ? "ok  " : "FAIL"}  ${name}`);
  if (problem !== undefined) console.log(problem);
}
/** @param {{ passed: number, failed: number, skipped: number }} other */
function add(other) {
  counts.passed += other.passed;
  counts.failed += other.failed;
  counts.skipped += other.skipped;
}
/** @param {string} target @param {string} out @param {string} [configuration] */
function bundle(target, out, configuration) {
  const program = [join(root, "host-sim/bin/wasmerang.js"), "bundle", "--target", target];
  const config = configuration === undefined ? [] : ["--config", configuration];
  const ran = spawnSync(process.execPath, [...program, "--out", out, ...config], {
    encoding: "utf8",
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return out;
}

/** Envoy takes every file of the examples and of the bundles, without a warning.
 * @param {string} envoy @param {readonly string[]} folders */
function validateAll(envoy, folders) {
  heading("envoy --mode validate, warnings are failures");
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((it) => /^(?:envoy\/.*|envoy)\.yaml$/.test(it))
      .map((it) => join(folder, it)),
  );
  for (const file of files) report(file, validateEnvoy(envoy, file, wasm));
}

/** @param {string} folder @param {string} envoy */
async function runEnvoyGuide(folder, envoy) {
  heading("examples/envoy: the guide");
  await runGuide(readGuide(readFileSync(join(folder, "README.md"), "utf8")), {
    cwd: folder,
    env: { ...process.env, PATH: `${dirname(envoy)}:${process.env["PATH"]}` },
    onStep: ({ line, command, shown, ok, actual }) =>
      report(`README.md:${line}: ${command}`, ok ? undefined : `shown\n${shown}printed\n${actual}`),
  });
}

/** @param {string} envoy @param {string} work */
async function compareWithSimulator(envoy, work) {
  heading("examples/envoy: exported bundles in real Envoy, beside the simulator");
  let addresses = 0;
  for (const [index, configuration] of configurations.entries()) {
    const folder = bundle("envoy", join(work, `decisions${index}`), configuration);
    const { asked, clusters, differences } = await compareDecisions(envoy, folder, configuration);
    addresses += asked;
    const name = `${configuration ?? "default"}: ${clusters.join(", ")}`;
    report(name, differences.length === 0 ? undefined : differences.join("\n"));
  }
  console.log(`  ${addresses} source addresses compared`);
}

/** @param {string} envoy @param {string} work */
async function checkSettings(envoy, work) {
  heading("examples/envoy: failure policy and log level of a scenario, as Envoy has them");
  for (const [index, setting] of settings.entries()) {
    const folder = join(work, `settings${index}`);
    const missing = await missingSettings(envoy, folder, wasm, setting);
    report(JSON.stringify(setting.plugin), missing.length === 0 ? undefined : missing.join("\n"));
    report(folder, validateEnvoy(envoy, join(folder, "envoy.yaml"), wasm));
  }
}

/** An environment in which namespaces can be used, or why there is none.
 * @param {string} envoy @returns {NodeJS.ProcessEnv | string} */
function namespaceEnvironment(envoy) {
  const own = { ...process.env, ENVOY: envoy, REPORT: reportFile };
  if (process.getuid?.() !== 0) return "network namespaces need root";
  if (spawnSync("iptables", ["--version"]).status === 0) {
    return missingForNamespaces(own) ?? own;
  }
  const missing = missingForDebs("iptables");
  if (missing !== undefined) return `iptables is missing, and cannot be fetched: ${missing}`;
  const env = { ...own, ...unpackDebs("iptables").env };
  return missingForNamespaces(env) ?? env;
}

/** @param {NodeJS.ProcessEnv} env @param {readonly string[]} args */
const runInside = (env, args) => runInNamespaces(["node", inside, "--wasm", wasm, ...args], env);

/** @param {NodeJS.ProcessEnv} env */
function runMutants(env) {
  heading(`${mutants.length} deliberate faults`);
  const copy = join(results, "mutant");
  for (const mutant of mutants) {
    writeMutant(example, copy, mutant);
    const shape = mutant.file === "sidecar.yaml" ? "sidecar" : "gateway";
    const line = ["--folder", copy, "--shape", shape, "--stop-at-first"];
    const { status, stdout } = runInNamespaces(
      ["node", inside, "--wasm", wasm, ...line],
      env,
      "pipe",
    );
    const caughtBy = /FAIL {2}(.*)/.exec(stdout)?.[1];
    const isCaught = status !== 0 && caughtBy !== undefined;
    report(
      `${mutant.file}: ${mutant.name}${isCaught ? ` (caught by: ${caughtBy})` : ""}`,
      isCaught ? undefined : "  no check failed",
    );
  }
  rmSync(copy, { recursive: true, force: true });
}

/** The example and its guide where an engine is: the machine's, one of our own, or none at all.
 * @param {string} envoy @param {string} bundled */
async function runExample(envoy, bundled) {
  const line = ["--folder", example, "--bundle", bundled];
  if (values.namespaces) return runWithoutEngine(envoy, line, "asked for");
  const withEngine = [inside, "--wasm", wasm, ...line, "--engine"];
  const env = { ...process.env, REPORT: reportFile, COMPOSE_PROJECT_NAME: "wasmerang-verify" };
  if (hasEngine()) {
    heading("examples/docker on this machine's Docker engine, with images from their registries");
    spawnSync(process.execPath, withEngine, { stdio: "inherit", env });
    return;
  }
  heading("examples/docker on a Docker engine of our own (this machine has none that answers)");
  const missing = missingForEngine();
  const engine = missing ?? (await startEngine().catch((error) => String(error)));
  if (typeof engine === "string") return runWithoutEngine(envoy, line, engine);
  try {
    console.log("  assembling the images: the same Envoy from PyPI, tools of this machine ...");
    seedImages(envoy, engine.env);
    spawnSync(process.execPath, withEngine, { stdio: "inherit", env: { ...env, ...engine.env } });
  } finally {
    engine.stop();
  }
}

/** @param {string} envoy @param {readonly string[]} line @param {string} reason */
function runWithoutEngine(envoy, line, reason) {
  heading(`examples/docker in network namespaces, without a Docker engine (${reason})`);
  const env = namespaceEnvironment(envoy);
  if (typeof env !== "string") return void runInside(env, line);
  console.log(`  not run: ${env}`);
  counts.skipped++;
}

const envoy = await ensureEnvoy();
mkdirSync(results, { recursive: true });
rmSync(reportFile, { force: true });
const work = mkdtempSync(join(tmpdir(), "wasmerang-verify-"));
try {
  if (values.mutants) {
    const env = namespaceEnvironment(envoy);
    if (typeof env === "string") throw new Error(`--mutants cannot be run: ${env}`);
    runMutants(env);
  } else {
    const bundles = {
      envoy: bundle("envoy", join(work, "envoy")),
      docker: bundle("docker", join(work, "docker")),
    };
    validateAll(envoy, [join(root, "examples/envoy"), example, ...Object.values(bundles)]);
    await runEnvoyGuide(bundles.envoy, envoy);
    await checkSettings(envoy, work);
    await compareWithSimulator(envoy, work);
    const before = counts.skipped;
    await runExample(envoy, bundles.docker);
    if (existsSync(reportFile)) add(JSON.parse(readFileSync(reportFile, "utf8")));
    else if (counts.skipped === before) report("examples/docker", "  ended without a report");
  }
} finally {
  rmSync(work, { recursive: true });
}
writeFileSync(reportFile, JSON.stringify(counts));
const { passed, failed, skipped } = counts;
console.log(
  `\n${passed} passed, ${failed} failed, ${skipped} not run, in ${seconds(Date.now() - started)}`,
);
process.exit(failed > 0 ? 1 : 0);

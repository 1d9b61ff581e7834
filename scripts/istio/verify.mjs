// npm run verify:istio: asks Istio's own code about the example's manifests, makes the goldens anew and
// plays them. Needs Go; the first time it compiles istiod, which takes a quarter of an hour.
import { execFileSync, spawn } from "node:child_process";
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { heading, root, seconds } from "../run.mjs";
import { example, goldenFolder, hashesFile, hashSources } from "./goldens.mjs";
import { playIstio } from "./play.mjs";

const folder = join(example, "verify");
const results = join(root, "test-results");
const log = join(results, "istio-verify.log");
const binary = join(results, "istio-verify.test");
const signOfLifeMs = 15_000;

/** Throws with the remedy if there is no Go that go.mod accepts. */
function needGo() {
  const wanted = /^go (\d+\.\d+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
  const remedy = `Go ${wanted} or newer is needed: https://go.dev/dl`;
  /** @type {string} */
  let version;
  try {
    // In the folder, where go fetches the version of go.mod if it may.
    version = execFileSync("go", ["version"], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    throw new Error(`go is missing or too old. ${remedy}\n${error.message}`);
  }
  console.log(`  ${version.trim()}`);
}

/**
 * Runs a program in the Go folder, with a sign of life.
 * @param {string} command @param {readonly string[]} args
 * @param {object} how
 * @param {(line: string) => void} how.line takes its output
 * @param {() => string} [how.progress]
 * @param {Record<string, string>} [how.env]
 * @returns {Promise<number | null>} its status
 */
function run(command, args, { line, progress = () => "", env = {} }) {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const started = Date.now();
  const timer = setInterval(() => {
    console.log(`  … ${seconds(Date.now() - started)}${progress()}`);
  }, signOfLifeMs);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(timer);
      resolve(status);
    });
  });
}

async function compile() {
  /** @type {string[]} */
  const last = [];
  const keep = (/** @type {string} */ line) => void (last.push(line) > 30 && last.shift());
  const failed = () => new Error(`go could not build the tests:\n${last.join("\n")}`);
  /** @type {string[]} */
  const packages = [];
  const list = [
    "list",
    "-test",
    "-deps",
    "-f",
    "{{if not .Standard}}{{if not .ForTest}}{{.ImportPath}}{{end}}{{end}}",
    ".",
  ];
  const listed = await run("go", list, {
    progress: () => ", listing the packages",
    line: (line) => {
      keep(line);
      if (/^[\w.-]+\.[\w.-]+\/\S+$/.test(line) && !line.startsWith("wasmerang.test"))
        packages.push(line);
    },
  });
  if (listed !== 0) throw failed();
  let compiled = 0;
  // Names each package that was not in the cache yet.
  const built = await run("go", ["build", "-v", ...packages], {
    line: (line) => {
      keep(line);
      compiled++;
    },
    progress: () =>
      `, ${compiled} packages compiled of ${packages.length}, less those compiled before`,
  });
  if (built !== 0) throw failed();
  const linked = await run("go", ["test", "-c", "-ldflags=-s -w", "-o", binary, "."], {
    line: keep,
    progress: () => ", linking",
  });
  if (linked !== 0) throw failed();
}

/** Runs the compiled tests; the whole output goes to the log.
 * @param {string} name of the tests, a regular expression @param {Record<string, string>} env */
async function ask(name, env) {
  const out = createWriteStream(log, { flags: "a" });
  let passed = 0;
  let failed = 0;
  const status = await run(binary, ["-test.v", "-test.timeout=10m", `-test.run=${name}`], {
    env,
    line: (line) => {
      out.write(`${line}\n`);
      const result = /^( *)--- (PASS|FAIL): (\S+)/.exec(line);
      if (result?.[2] === "PASS") passed++;
      if (result?.[2] === "FAIL") failed++;
      if (result?.[2] === "FAIL" || /^\s+\w+_test\.go:\d+: (?!caught)/.test(line))
        console.log(`  ${line.trim()}`);
    },
    progress: () => `, ${passed} passed`,
  });
  out.end();
  console.log(`  ${passed} passed, ${failed} failed (${log.slice(root.length)})`);
  if (status !== 0) throw new Error("Istio does not make of the manifests what the guide says");
}

/** The same for what `wasmerang bundle` writes, with a configuration of its own. */
async function askAboutBundle() {
  const made = mkdtempSync(join(tmpdir(), "wasmerang-bundle-"));
  try {
    const program = [join(root, "host-sim/bin/wasmerang.js"), "bundle", "--target", "istio"];
    const config = '{"mode": "istio", "clusters": ["egress2", "egress1"], "onUndecided": "close"}';
    execFileSync(process.execPath, [...program, "--out", made, "--config", config]);
    await ask("^TestExample$", { EXAMPLE_DIR: made });
  } finally {
    rmSync(made, { recursive: true });
  }
}

async function makeGoldens() {
  const made = mkdtempSync(join(tmpdir(), "wasmerang-goldens-"));
  try {
    await ask("^TestGolden$", {
      GOLDEN_DIR: made,
      // Plain Envoy, which plays them, has none of Istio's own filters.
      PILOT_ENABLE_METADATA_EXCHANGE: "false",
      PILOT_ENABLE_ALPN_FILTER: "false",
    });
    mkdirSync(goldenFolder, { recursive: true });
    for (const name of ["configmap.json", "json.json"]) {
      const text = readFileSync(join(made, name), "utf8");
      writeFileSync(join(goldenFolder, name), text);
      console.log(`  golden/${name}: ${(text.length / 1000).toFixed(0)} kB`);
    }
    writeFileSync(hashesFile, `${JSON.stringify(hashSources(), undefined, 2)}\n`);
  } finally {
    rmSync(made, { recursive: true });
  }
}

try {
  heading("Go");
  needGo();
  mkdirSync(results, { recursive: true });
  heading("Compiling istiod for the tests (a quarter of an hour the first time)");
  await compile();
  heading("Asking Istio about the manifests");
  writeFileSync(log, "");
  await ask("^Test[^G]", {});
  heading("Asking Istio about a bundle");
  await askAboutBundle();
  heading("Goldens");
  await makeGoldens();
  heading("Playing the goldens in real Envoy");
  await playIstio();
} catch (error) {
  console.error(`\nverify:istio: ${error.message}`);
  process.exitCode = 1;
} finally {
  // 200 MB; what it was made from stays in Go's cache.
  rmSync(binary, { force: true });
}

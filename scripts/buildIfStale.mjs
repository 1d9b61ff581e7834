import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { heading, npmRun, root, say, seconds } from "./run.mjs";

/**
 * @typedef {"filter" | "simulator" | "page"} BuildName
 * @typedef {object} Build
 * @property {BuildName} name
 * @property {string} script npm script that builds it
 * @property {string} what for people
 * @property {readonly string[]} inputs files and folders
 * @property {readonly string[]} outputs files and folders
 */

const common = ["package-lock.json", "tsconfig.base.json"];

/** In order: each may need the outputs of those before it.
 * @type {readonly Build[]} */
const builds = [
  {
    name: "filter",
    script: "build:wasm",
    what: "filter (AssemblyScript to WebAssembly)",
    inputs: [...common, "filter"],
    outputs: ["filter/build"],
  },
  {
    name: "simulator",
    script: "build:host",
    what: "simulator and command line",
    inputs: [...common, "host-sim", "filter/build", "examples"],
    outputs: ["host-sim/dist"],
  },
  {
    name: "page",
    script: "build:web",
    what: "page",
    inputs: [
      ...common,
      "vite.config.ts",
      "web",
      "host-sim/src",
      "host-sim/package.json",
      "examples",
      "filter",
      "filter/build",
    ],
    outputs: ["web/dist"],
  },
];

/** Folders that are no source, when met below an input. */
const notSource = new Set(["node_modules", "build", "dist", "test", "e2e"]);

/**
 * All files of a file or folder, in a fixed order.
 * @param {string} path relative to the root
 * @param {(folder: string) => boolean} enter
 * @returns {string[]}
 */
function filesOf(path, enter) {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const child = `${path}/${entry.name}`;
      if (!entry.isDirectory()) return [child];
      return enter(entry.name) ? filesOf(child, enter) : [];
    });
}

/** @param {readonly string[]} files */
function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/**
 * What a build was made from and what it made: equal means up to date. The outputs are part of it
 * because other commands write them too.
 * @param {Build} build
 */
function stateOf({ inputs, outputs }) {
  const made = outputs.map((output) => filesOf(output, () => true));
  if (made.some((files) => files.length === 0)) return undefined;
  const sources = inputs.flatMap((input) => filesOf(input, (folder) => !notSource.has(folder)));
  return `${hashOf(sources)} ${hashOf(made.flat())}\n`;
}

const stamps = join(root, "node_modules/.cache/wasmerang");

/**
 * Builds the filter, the simulator and the page, each only if its sources or its outputs have
 * changed since its last build.
 * @param {BuildName} last the last that is needed; those before it are built too
 */
export async function buildIfStale(last) {
  const until = builds.findIndex(({ name }) => name === last);
  for (const build of builds.slice(0, until + 1)) {
    const stamp = join(stamps, build.script.replace(":", "-"));
    const state = stateOf(build);
    if (state && existsSync(stamp) && readFileSync(stamp, "utf8") === state) continue;
    heading(`Building the ${build.what}`);
    const started = Date.now();
    await npmRun(build.script);
    const built = stateOf(build);
    if (!built) throw new Error(`npm run ${build.script} left nothing in ${build.outputs}`);
    mkdirSync(stamps, { recursive: true });
    writeFileSync(stamp, built);
    say(`  built in ${seconds(Date.now() - started)}`);
  }
}

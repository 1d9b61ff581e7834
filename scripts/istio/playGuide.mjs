// Runs the commands of the guide where the pods are network namespaces.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readGuide, runGuide } from "../guide.mjs";
import { root } from "../run.mjs";
import { example } from "./goldens.mjs";

/**
 * @param {string} folder an empty one
 * @param {object} cluster for kubectl.mjs
 * @returns {Promise<{ ran: number, notRun: number, wrong: readonly object[] }>}
 */
export async function playGuide(folder, cluster) {
  writeFileSync(join(folder, "cluster.json"), JSON.stringify(cluster));
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const program = (/** @type {string} */ name, /** @type {string} */ script) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  const kubectl = join(import.meta.dirname, "kubectl.mjs");
  program("kubectl", `exec "${process.execPath}" "${kubectl}" "${folder}" "$@"`);
  // npx would look for the package above the copy.
  const wasmerang = join(root, "host-sim/bin/wasmerang.js");
  program("npx", `shift; exec "${process.execPath}" "${wasmerang}" "$@"`);

  const cwd = join(folder, "examples/istio");
  cpSync(example, cwd, { recursive: true, filter: (path) => !/\/(golden|verify)$/.test(path) });
  mkdirSync(join(folder, "filter/build"), { recursive: true });
  const wasm = "filter/build/wasmerang.wasm";
  copyFileSync(join(root, wasm), join(folder, wasm));

  const env = { ...process.env, PATH: [programs, process.env["PATH"]].join(delimiter) };
  let ran = 0;
  let notRun = 0;
  /** @type {object[]} */
  const wrong = [];
  await runGuide(readGuide(readFileSync(join(example, "README.md"), "utf8")), {
    cwd,
    env,
    onStep: ({ line, command, shown, actual, ok, notRun: why }) => {
      if (why === undefined) ran++;
      else notRun++;
      if (!ok) wrong.push({ line, command, shown, actual });
    },
  });
  return { ran, notRun, wrong };
}

// node scripts/docker/verifyInside.mjs --folder DIR --wasm FILE [--bundle DIR] [--shape gateway|sidecar]
// Brings examples/docker up where `docker compose` leads, in both of its shapes, and checks it; then runs
// the guide in the bundle. Prints one line per check and writes the counts to $REPORT.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { readGuide, runGuide } from "../guide.mjs";
import {
  checkAgainstSimulator,
  checkHardening,
  checkRefusals,
  checkRoutes,
  composeIn,
  gateway,
  sidecar,
} from "./checks.mjs";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: "" },
    wasm: { type: "string", default: "" },
    bundle: { type: "string" },
    shape: { type: "string" },
    engine: { type: "boolean", default: false },
    "stop-at-first": { type: "boolean", default: false },
  },
});
const { folder, wasm, bundle } = values;
const counts = { passed: 0, failed: 0, skipped: 0, addresses: 0 };
const started = Date.now();

/** @param {string} name @param {boolean} ok @param {string} details */
function report(name, ok, details) {
  counts[ok ? "passed" : "failed"]++;
  const at = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`${at} s  ${ok ? "ok  " : "FAIL"}  ${name}${ok ? "" : `\n${details}`}`);
  if (!ok && values["stop-at-first"]) process.exit(1);
}
/** @param {unknown} value */
const show = (value) => (Array.isArray(value) ? value.join("\n           ") : String(value));
/** @type {import("./checks.mjs").Check} */
const check = (name, expected, actual) =>
  report(
    name,
    isDeepStrictEqual(expected, actual),
    `  expected ${show(expected)}\n  actual   ${show(actual)}`,
  );

/** @param {import("./checks.mjs").Shape} shape @param {(compose: import("./checks.mjs").Compose) => unknown} checks */
async function withShape(shape, checks) {
  const compose = composeIn(folder, shape.files);
  const up = compose("up", "--detach", "--wait", "--wait-timeout", "120");
  report(`up, and healthy: ${shape.files.join(", ")}`, up.status === 0, up.err.slice(-3000));
  try {
    if (up.status !== 0) return;
    await checkRoutes(compose, shape, check);
    await checks(compose);
  } finally {
    compose("down", "--timeout", "1");
  }
}

if (values.shape !== "sidecar") {
  await withShape(gateway, async (compose) => {
    if (values.engine) checkHardening(compose, check);
    await checkRefusals(compose, check);
    counts.addresses = checkAgainstSimulator(compose, readFileSync(wasm), check);
  });
}
if (values.shape !== "gateway") await withShape(sidecar, () => {});

if (bundle !== undefined) {
  await runGuide(readGuide(readFileSync(join(bundle, "README.md"), "utf8")), {
    cwd: bundle,
    env: process.env,
    onStep({ line, command, shown, notRun, ok, actual }) {
      if (notRun !== undefined) {
        counts.skipped++;
        console.log(`          not run: ${command} (${notRun})`);
      } else {
        report(`README.md:${line}: ${command}`, ok, `  shown\n${shown}  printed\n${actual}`);
      }
    },
  });
  composeIn(bundle, sidecar.files)("down", "--timeout", "1");
}
const { passed, failed, skipped, addresses } = counts;
console.log(
  `${passed} passed, ${failed} failed, ${skipped} not run; ${addresses} addresses compared with the simulator`,
);
if (process.env["REPORT"]) writeFileSync(process.env["REPORT"], JSON.stringify(counts));
process.exitCode = failed > 0 ? 1 : 0;

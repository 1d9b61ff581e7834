// npm test: installs what the tests need and runs all of them. Only Node's own modules may be
// imported at the top, since nothing is installed yet.
import "./checkNode.mjs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { heading, seconds, withOutput } from "./run.mjs";
import { steps } from "./steps.mjs";

const usage = `npm test [-- --only NAME,…] [--bail]
  --only  only these steps, and those that they need: ${steps.map(({ name }) => name).join(", ")}
  --bail  start no step after one that failed; without it, all run that do not need it`;

/** @typedef {import("./steps.mjs").Step} Step */

/** @param {string} problem @returns {never} */
function refuse(problem) {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        only: { type: "string" },
        bail: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The names asked for with all that they need.
 * @param {readonly string[]} names @returns {Set<string>} */
function withNeeds(names) {
  const needed = names.flatMap((name) => {
    const step = steps.find((candidate) => candidate.name === name);
    return step ? [...withNeeds(step.needs)] : refuse(`There is no step "${name}".`);
  });
  return new Set([...needed, ...names]);
}

/**
 * @typedef {object} Outcome
 * @property {"passed" | "failed" | "not run"} result
 * @property {number} tookMs
 * @property {import("./steps.mjs").Counts} counts
 */

/** @param {Step} step @returns {Promise<Outcome>} */
async function perform(step) {
  const started = Date.now();
  /** @type {Outcome["result"]} */
  let result = "passed";
  try {
    await runShown(step);
  } catch (error) {
    result = "failed";
    console.error(`\n${step.title}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const ok = result === "passed";
  // A step that reports no tests of its own is one test.
  const one = { passed: ok && !step.isSetup ? 1 : 0, failed: 0, skipped: 0 };
  const tests = step.counts?.() ?? one;
  // A step that broke before or after its tests has failed all the same.
  const counts = { ...tests, failed: ok ? tests.failed : Math.max(tests.failed, 1) };
  return { result, tookMs: Date.now() - started, counts };
}

/** Runs a step; what one prints that runs beside others comes in one piece at its end.
 * @param {Step} step */
async function runShown(step) {
  if (step.cores === undefined) {
    heading(step.title);
    await step.run();
    return;
  }
  let printed = "";
  try {
    await withOutput((text) => (printed += text), step.run);
  } finally {
    heading(step.title);
    if (printed !== "") console.log(printed.trimEnd());
  }
}

/** @param {ReadonlyMap<Step, Outcome>} outcomes */
function printSummary(outcomes) {
  heading("Summary");
  const width = Math.max(...steps.map(({ title }) => title.length));
  for (const [{ title, counts: hasTests }, { result, tookMs, counts }] of outcomes) {
    const took = result === "not run" ? "" : seconds(tookMs);
    const tests = hasTests && result !== "not run" ? describe(counts) : "";
    console.log(
      `  ${title.padEnd(width)}  ${result.padEnd(7)}  ${took.padStart(12)}  ${tests}`.trimEnd(),
    );
  }
}

/** @param {import("./steps.mjs").Counts} counts */
function describe({ passed, failed, skipped, retried = 0 }) {
  const again = retried > 0 ? ` (${retried} only when run again)` : "";
  return `${passed} passed${again}, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const asked = options.only?.split(",") ?? steps.map(({ name }) => name);
const chosen = withNeeds(asked);

const cores = Math.max(availableParallelism(), 1);
/** @type {Map<Step, Outcome>} */
const outcomes = new Map();
/** @type {Map<Step, Promise<void>>} */
const running = new Map();
let goOn = true;

/** @param {Step} step */
const coresOf = (step) => step.cores ?? cores;
/** @param {Step} step */
const needsOf = (step) => steps.filter(({ name }) => step.needs.includes(name));

/** The steps to start now, in their order: none overtakes one that only waits for a core. */
function startable() {
  let free = [...running.keys()].reduce((left, step) => left - coresOf(step), cores);
  const found = [];
  for (const step of steps) {
    if (!chosen.has(step.name) || outcomes.has(step) || running.has(step)) continue;
    if (!needsOf(step).every((needed) => outcomes.get(needed)?.result === "passed")) continue;
    if (coresOf(step) > free) break;
    free -= coresOf(step);
    found.push(step);
  }
  return found;
}

/** @param {Step} step */
async function start(step) {
  const outcome = await perform(step);
  outcomes.set(step, outcome);
  running.delete(step);
  goOn &&= outcome.result === "passed" || options.bail !== true;
}

for (;;) {
  for (const step of goOn ? startable() : []) running.set(step, start(step));
  if (running.size === 0) break;
  await Promise.race(running.values());
}
/** @type {Outcome} */
const notPerformed = {
  result: "not run",
  tookMs: 0,
  counts: { passed: 0, failed: 0, skipped: 0 },
};
const inOrder = new Map(steps.map((step) => [step, outcomes.get(step) ?? notPerformed]));
printSummary(inOrder);
const total = { passed: 0, failed: 0, skipped: 0, retried: 0 };
for (const { counts } of inOrder.values()) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  total.retried += counts.retried ?? 0;
}
const notRun = [...inOrder].filter(([, { result }]) => result === "not run");
if (notRun.length > 0) console.log(`\nNot run: ${notRun.map(([{ name }]) => name).join(", ")}`);
console.log(`\n${describe(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

// npm test: installs what the tests need and runs all of them. Only Node's own modules may be
// imported at the top, since nothing is installed yet.
import "./checkNode.mjs";
import { parseArgs } from "node:util";
import { heading, seconds } from "./run.mjs";
import { steps } from "./steps.mjs";

const usage = `npm test [-- --only NAME,…] [--keep-going]
  --only        only these steps, and those that they need: ${steps.map(({ name }) => name).join(", ")}
  --keep-going  go on after a step that failed`;

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
        "keep-going": { type: "boolean", default: false },
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
  heading(step.title);
  const started = Date.now();
  /** @type {Outcome["result"]} */
  let result = "passed";
  try {
    await step.run();
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
function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const asked = options.only?.split(",") ?? steps.map(({ name }) => name);
const chosen = withNeeds(["install", ...asked]);

/** @type {Map<Step, Outcome>} */
const outcomes = new Map();
let goOn = true;
for (const step of steps) {
  const hasNeeds = steps.every(
    (needed) => !step.needs.includes(needed.name) || outcomes.get(needed)?.result === "passed",
  );
  if (goOn && hasNeeds && chosen.has(step.name)) {
    const outcome = await perform(step);
    outcomes.set(step, outcome);
    goOn = outcome.result === "passed" || options["keep-going"] === true;
  } else {
    outcomes.set(step, {
      result: "not run",
      tookMs: 0,
      counts: { passed: 0, failed: 0, skipped: 0 },
    });
  }
}

printSummary(outcomes);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { counts } of outcomes.values()) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
const notRun = [...outcomes].filter(([, { result }]) => result === "not run");
if (notRun.length > 0) console.log(`\nNot run: ${notRun.map(([{ name }]) => name).join(", ")}`);
console.log(`\n${describe(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

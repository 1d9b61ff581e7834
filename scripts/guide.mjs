// Runs the commands of a guide as a reader would, one after the other in one shell, and compares what
// they print with what the guide shows.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { readMarkdown } from "./readMarkdown.mjs";

/**
 * @typedef {object} Step
 * @property {number} line in the document
 * @property {string} command
 * @property {string} shown the output in the guide; "" compares nothing and wants exit status 0
 * @property {string | undefined} notRun why it cannot be run
 * @typedef {Step & { ok: boolean, actual: string }} Ran
 */

/**
 * The commands of the blocks marked `console`: lines that begin with `$ `, each with the output below.
 * @param {string} markdown @returns {readonly Step[]}
 */
export function readGuide(markdown) {
  /** @type {Step[]} */
  const steps = [];
  for (const { line, language, text, notRun } of readMarkdown(markdown).blocks) {
    if (language !== "console") continue;
    for (const [index, content] of text.split("\n").slice(0, -1).entries()) {
      const last = steps.at(-1);
      if (content.startsWith("$ ")) {
        steps.push({ line: line + index, command: content.slice(2), shown: "", notRun });
      } else if (last && last.line >= line) {
        steps[steps.length - 1] = { ...last, shown: `${last.shown}${content}\n` };
      }
    }
  }
  return steps;
}

/** Without what differs each time: ports that a client was given. @param {string} output */
export const normalise = (output) =>
  output.replaceAll(/(?<=[\d\]]:)(?:3[2-9]|[45]\d|6[0-5])\d{3}\b/g, "PORT").trim();

const COMMAND_TIMEOUT_MS = 180_000;
/** Logs and counters are written a moment after what they tell of. */
const LATE = /\b(?:logs|stats|grep)\b/;
const LATE_MS = 5_000;

/**
 * Runs the steps; each is handed to `onStep` when it is done.
 * @param {readonly Step[]} steps
 * @param {object} where
 * @param {string} where.cwd
 * @param {NodeJS.ProcessEnv} where.env
 * @param {(ran: Ran) => void} where.onStep
 */
export async function runGuide(steps, { cwd, env, onStep }) {
  const shell = startShell(cwd, env);
  try {
    for (const step of steps) {
      if (step.notRun !== undefined) {
        onStep({ ...step, ok: true, actual: "" });
        continue;
      }
      const until = Date.now() + LATE_MS;
      for (;;) {
        const { output, status } = await shell.run(step.command);
        const asShown = normalise(output) === normalise(step.shown);
        const ok = step.shown === "" ? status === 0 : asShown;
        if (ok || !LATE.test(step.command) || Date.now() > until) {
          onStep({ ...step, ok, actual: output });
          break;
        }
        await sleep(100);
      }
    }
  } finally {
    shell.end();
  }
}

/** @param {string} cwd @param {NodeJS.ProcessEnv} env */
function startShell(cwd, env) {
  const child = spawn("bash", ["--norc"], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  const end = `end-of-command-${process.pid}`;
  return {
    /** @param {string} command @returns {Promise<{ output: string, status: number }>} */
    run: (command) =>
      new Promise((resolve, reject) => {
        let output = "";
        const timer = setTimeout(
          () => reject(new Error(`no end of: ${command}`)),
          COMMAND_TIMEOUT_MS,
        );
        const onData = (/** @type {Buffer} */ data) => {
          output += data.toString();
          const found = new RegExp(`${end} (\\d+)\\n$`).exec(output);
          if (!found) return;
          clearTimeout(timer);
          child.stdout.off("data", onData);
          resolve({ output: output.slice(0, found.index), status: Number(found[1]) });
        };
        child.stdout.on("data", onData);
        child.stdin.write(`{ ${command}\n} 2>&1 < /dev/null\necho "${end} $?"\n`);
      }),
    end: () => child.kill("SIGKILL"),
  };
}

// Running other programs: their output goes to the terminal, silence is broken by a sign of life,
// and Ctrl-C ends them too.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A program ended with something other than 0. */
export class CommandFailed extends Error {}

const signOfLifeMs = 15_000;

/** What programs print goes here while `withOutput` runs.
 * @type {AsyncLocalStorage<(text: string) => void>} */
const output = new AsyncLocalStorage();

/**
 * Does something, and hands on what programs print that `run` starts meanwhile: for several at a time.
 * @template T
 * @param {(text: string) => void} write
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export function withOutput(write, action) {
  return output.run(write, action);
}

/** Programs installed by npm are found without `npx`. */
const path = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);

/**
 * Runs a program in the repository's root; resolves when it ended with 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {Readonly<Record<string, string>>} [options.env] added to the environment
 * @param {string} [options.shown] the command as people know it
 * @param {boolean} [options.quiet] drops its standard output
 * @returns {Promise<void>}
 */
export function run(
  command,
  args,
  { env = {}, shown = [command, ...args].join(" "), quiet = false } = {},
) {
  const write = output.getStore();
  const stdio = write ? "pipe" : "inherit";
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: [write ? "ignore" : "inherit", quiet ? "ignore" : stdio, stdio],
      env: { ...process.env, PATH: path, ...env },
      shell: process.platform === "win32",
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => write?.(text));
    }
    const started = Date.now();
    const timer = setInterval(
      () => console.log(`  … ${shown} is still running (${seconds(Date.now() - started)})`),
      signOfLifeMs,
    );
    let interrupted = false;
    // `npm ci` undoes what it did before it ends; a second Ctrl-C does not wait for that.
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(interrupted ? "SIGKILL" : signal);
      interrupted = true;
      setTimeout(() => console.log("\n  Ending; Ctrl-C again ends it at once."), 1000).unref();
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    const settled = () => {
      clearInterval(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
    };
    child.on("error", (error) => {
      settled();
      reject(new CommandFailed(`${shown} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      settled();
      if (interrupted || code === 130) process.exit(130);
      if (code === 0) resolve();
      else reject(new CommandFailed(`${shown} ended with ${signal ?? `status ${code}`}`));
    });
  });
}

/**
 * Runs npm, the same one that runs this script if there is one.
 * @param {readonly string[]} args
 */
export function npm(args) {
  const shown = ["npm", ...args].join(" ");
  const cli = process.env["npm_execpath"];
  if (!cli?.endsWith(".js")) return run("npm", args, { shown });
  return run(process.execPath, [cli, ...args], { shown });
}

/**
 * Runs a script of package.json.
 * @param {string} script
 * @param {readonly string[]} [args] for the script
 */
export function npmRun(script, args = []) {
  return npm(["run", "--silent", script, ...(args.length > 0 ? ["--", ...args] : [])]);
}

/**
 * A duration for people, such as `0.4 s` or `2 min 05 s`.
 * @param {number} ms milliseconds
 */
export function seconds(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Prints a line where the output of programs goes.
 * @param {string} text */
export function say(text) {
  const write = output.getStore();
  if (write) write(`${text}\n`);
  else console.log(text);
}

/** Prints a line that stands out between the outputs of programs.
 * @param {string} text */
export function heading(text) {
  say(process.stdout.isTTY ? `\n\x1b[1m▸ ${text}\x1b[0m` : `\n▸ ${text}`);
}

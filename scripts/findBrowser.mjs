import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether it is a browser that starts: Ubuntu's `chromium-browser` and `firefox` may be scripts that
 * only say where to get one.
 * @param {string} path @param {RegExp} says what it answers to --version
 */
function starts(path, says) {
  try {
    return says.test(execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" }));
  } catch {
    return false;
  }
}

/**
 * A browser for the end-to-end tests: the one that a variable names, else the system's.
 * @param {object} browser
 * @param {string} browser.variable of the environment, with a path
 * @param {string} browser.title
 * @param {RegExp} browser.says what it answers to --version
 * @param {readonly string[]} browser.names of programs in the PATH
 * @param {readonly string[]} browser.paths where else it may be
 * @returns {string | undefined} path of the program; undefined if there is none
 * @throws {Error} if the variable names no such browser
 */
export function findBrowser({ variable, title, says, names, paths }) {
  const chosen = process.env[variable];
  if (chosen) {
    if (starts(chosen, says)) return chosen;
    throw new Error(`${variable} is "${chosen}", and that is not a ${title} that starts.`);
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const inPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...inPath, ...paths].find((path) => isExecutable(path) && starts(path, says));
}

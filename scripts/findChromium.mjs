import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

const names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
const macApps = ["Chromium", "Google Chrome"].map(
  (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
);

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
 * Whether it is a browser that starts: Ubuntu's `chromium-browser` may be a script that only says
 * where to get one.
 * @param {string} path
 */
function starts(path) {
  try {
    return /Chrom/.test(execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" }));
  } catch {
    return false;
  }
}

/** Where Playwright would put its own download. */
function playwrightsOwn() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  return /** @type {string} */ (chromium.executablePath());
}

/**
 * The Chromium or Chrome for the end-to-end tests: `CHROMIUM_PATH`, else the system's, else
 * Playwright's own download.
 * @returns {string | undefined} path of the program; undefined if there is none
 * @throws {Error} if CHROMIUM_PATH names no browser
 */
export function findChromium() {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen) {
    if (starts(chosen)) return chosen;
    throw new Error(
      `CHROMIUM_PATH is "${chosen}", and that is not a Chromium or Chrome that starts.`,
    );
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const inPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const system = [...inPath, ...macApps].find((path) => isExecutable(path) && starts(path));
  if (system) return system;
  const own = playwrightsOwn();
  return existsSync(own) ? own : undefined;
}

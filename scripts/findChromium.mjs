import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { findBrowser } from "./findBrowser.mjs";

const macApps = ["Chromium", "Google Chrome"].map(
  (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
);

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
  const system = findBrowser({
    variable: "CHROMIUM_PATH",
    title: "Chromium or Chrome",
    says: /Chrom/,
    names: ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"],
    paths: macApps,
  });
  if (system) return system;
  const own = playwrightsOwn();
  return existsSync(own) ? own : undefined;
}

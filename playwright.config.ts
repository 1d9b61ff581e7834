import { resolve } from "node:path";
import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/findChromium.mjs";

const executablePath = findChromium();
if (!executablePath) {
  throw new Error("No Chromium found: set CHROMIUM_PATH, or let `npm test` install one.");
}
// The workers load this file again; they need not search again.
process.env["CHROMIUM_PATH"] = executablePath;

const port = Number(process.env["E2E_PORT"] ?? 4199);
const isExtra = process.env["E2E_PORT"] !== undefined;
/** Path that the page is served below, such as `/some/sub/path/`. */
const base = process.env["E2E_BASE"] ?? "/";
const address = `http://127.0.0.1:${port}${base}`;
const built = resolve("web", process.env["WEB_DIST"] ?? "dist");

export default defineConfig({
  testDir: "web/e2e",
  // Runs side by side, each on its own port, keep their results apart.
  outputDir: isExtra ? `test-results/e2e-${port}` : "test-results/e2e",
  workers: 2,
  // For busy machines; few tests come near it.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [
    ["list"],
    ["json", { outputFile: isExtra ? `test-results/e2e-${port}.json` : "test-results/e2e.json" }],
  ],
  use: {
    baseURL: address,
    // Requests are watched and changed by tests; a service worker would answer before them.
    serviceWorkers: "block",
    // Traces of every test would take a quarter of the time: npx playwright test --trace on -g NAME.
    // A failed test leaves its screenshot and what was on the page as text.
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        // As root, Chromium has no sandbox to offer.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
      ],
    },
  },
  projects: [{ name: "chromium", use: { browserName: "chromium" } }],
  webServer: {
    command: `node scripts/serveStatic.mjs --root ${built} --port ${port} --base ${base}`,
    url: address,
    reuseExistingServer: false,
  },
});

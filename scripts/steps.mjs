// What `npm test` does, in order; steps of few cores run side by side. A check resolves when it
// passes and throws when it does not.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildIfStale } from "./buildIfStale.mjs";
import { installDependencies } from "./installDependencies.mjs";
import { npmRun, root, run } from "./run.mjs";
import { ensureChromium } from "./setupChromium.mjs";
import { ensureFirefox } from "./setupFirefox.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number, retried?: number }} Counts `retried`
 *   passed, but only when run again
 * @typedef {object} Step
 * @property {string} name for `--only`
 * @property {string} title
 * @property {readonly string[]} needs names of steps that must have run before
 * @property {number} [cores] that it keeps busy, 0 if it only waits for a download; undefined: all
 * @property {boolean} [isSetup] brings something about and checks nothing: is not counted
 * @property {() => Promise<unknown>} run
 * @property {() => Counts | undefined} [counts] of the tests in it, after the run
 */

/** @param {string} file */
function readJson(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** Removes a report, so that a run that writes none is not taken for the one before.
 * @param {string} file */
const forget = (file) => rmSync(join(root, file), { force: true });

/** A test that a busy machine kept waiting does not undo a quarter of an hour; it is counted. */
const AGAIN = "--retries=2";
/** Where the page is served for the end-to-end tests: below a path, as on a project's page of a forge. */
const BELOW_PATH = { E2E_BASE: "/some/sub/path/" };
/** And where a site has a name of its own. */
const AT_ROOT = { E2E_BASE: "/", E2E_PORT: "4198" };
/** What could be different there: addresses of files, workers, chunks, links, the service worker. */
const rootSpecs = ["decision", "offline", "share"];
const IN_FIREFOX = { ...BELOW_PATH, E2E_PORT: "4197" };

const reports = {
  licences: "test-results/licences.json",
  unit: "test-results/unit.json",
  e2e: "test-results/e2e.json",
  root: `test-results/e2e-${AT_ROOT.E2E_PORT}.json`,
  firefox: `test-results/e2e-${IN_FIREFOX.E2E_PORT}.json`,
  parity: "test-results/parity.json",
  docker: "test-results/docker.json",
  istio: "test-results/istio.json",
};

/** @param {string} report @returns {Counts | undefined} */
function endToEndCounts(report) {
  const stats = readJson(report)?.stats;
  return (
    stats && {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
      retried: stats.flaky,
    }
  );
}

async function ensureEnvoy() {
  const setup = await import("./setupEnvoy.mjs");
  await setup.ensureEnvoy();
}

/** @type {readonly Step[]} */
export const steps = [
  { name: "install", title: "Dependencies", needs: [], isSetup: true, run: installDependencies },
  {
    name: "chromium",
    title: "Chromium",
    needs: ["install"],
    cores: 0,
    isSetup: true,
    run: ensureChromium,
  },
  {
    name: "envoy",
    title: "Envoy 1.40",
    needs: ["install"],
    cores: 0,
    isSetup: true,
    run: ensureEnvoy,
  },
  {
    name: "build",
    title: "Build",
    needs: ["install"],
    cores: 1,
    run: () => buildIfStale("page"),
  },
  { name: "lint", title: "Lint", needs: ["install"], cores: 1, run: () => npmRun("lint") },
  { name: "types", title: "Types", needs: ["install"], cores: 1, run: () => npmRun("types") },
  { name: "format", title: "Format", needs: ["install"], cores: 1, run: () => npmRun("fmt:check") },
  {
    name: "unused",
    title: "Unused code",
    needs: ["install"],
    cores: 1,
    run: () => npmRun("unused"),
  },
  {
    name: "licences",
    title: "Licences and known holes",
    needs: ["install"],
    cores: 1,
    run: () => {
      forget(reports.licences);
      return npmRun("licences", ["--audit"]);
    },
    counts: () => readJson(reports.licences),
  },
  {
    name: "wasm-size",
    title: "Size of the filter",
    needs: ["build"],
    cores: 1,
    run: () => npmRun("wasm-size"),
  },
  {
    name: "readme",
    title: "Links and commands of the READMEs",
    needs: ["build"],
    cores: 1,
    run: () => npmRun("check-readme"),
  },
  {
    name: "unit",
    title: "Unit tests",
    needs: ["build"],
    run: () => {
      forget(reports.unit);
      const json = ["--reporter=json", `--outputFile.json=${reports.unit}`];
      return run("vitest", ["run", "--reporter=default", ...json]);
    },
    counts: () => {
      const report = readJson(reports.unit);
      return (
        report && {
          passed: report.numPassedTests,
          failed: report.numFailedTests,
          skipped: report.numPendingTests + report.numTodoTests,
        }
      );
    },
  },
  {
    name: "e2e",
    title: "End-to-end tests in Chromium, below a path",
    needs: ["build", "chromium"],
    run: () => {
      forget(reports.e2e);
      return run("playwright", ["test", AGAIN], { env: BELOW_PATH });
    },
    counts: () => endToEndCounts(reports.e2e),
  },
  {
    name: "e2e-root",
    title: "End-to-end tests at the root of a site",
    needs: ["build", "chromium"],
    run: () => {
      forget(reports.root);
      const files = rootSpecs.map((name) => `web/e2e/${name}.spec.ts`);
      return run("playwright", ["test", AGAIN, ...files], { env: AT_ROOT });
    },
    counts: () => endToEndCounts(reports.root),
  },
  {
    name: "firefox",
    title: "The page in Firefox",
    needs: ["build", "chromium"],
    run: async () => {
      forget(reports.firefox);
      const path = await ensureFirefox();
      if (path === undefined) return;
      const args = ["test", "--config", "playwright.firefox.config.ts", AGAIN];
      await run("playwright", args, { env: { ...IN_FIREFOX, FIREFOX_PATH: path } });
    },
    counts: () => endToEndCounts(reports.firefox) ?? { passed: 0, failed: 0, skipped: 1 },
  },
  {
    name: "parity",
    title: "Parity with real Envoy",
    needs: ["build", "envoy"],
    run: () => {
      forget(reports.parity);
      return npmRun("parity");
    },
    // The runner may write {passed, failed, skipped}.
    counts: () => readJson(reports.parity),
  },
  {
    name: "soak",
    title: "A short soak in real Envoy",
    needs: ["build", "envoy"],
    run: () => npmRun("soak", ["--connections", "4000"]),
  },
  {
    name: "docker",
    title: "Examples for Docker and Envoy",
    needs: ["build", "envoy"],
    run: () => {
      forget(reports.docker);
      return npmRun("verify:docker", ["--namespaces"]);
    },
    counts: () => readJson(reports.docker),
  },
  {
    name: "istio",
    title: "Example for Istio",
    needs: ["build", "envoy"],
    run: () => {
      forget(reports.istio);
      return run("node", ["scripts/istio/play.mjs"]);
    },
    counts: () => readJson(reports.istio),
  },
];

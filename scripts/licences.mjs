// Lists the licences of what the page and the package ship, and fails on one that is not allowed.
// `npm run licences -- --audit` asks the registry for known holes in them as well; a registry that does
// not answer is a failure only with --must-answer.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.mjs";

/** Licences whose terms Apache-2.0 software may ship under, with the notices that it has. */
const ALLOWED = [
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Zlib",
  "0BSD",
];
/** Dependencies for development that the page ships all the same: the compiler of the Code view. */
const SHIPPED = ["assemblyscript", "@solo-io/proxy-runtime"];

/**
 * Whether an SPDX expression allows use: of `A OR B` one is enough, of `A AND B` both are needed.
 * @param {string} expression
 * @returns {boolean}
 */
export function isAllowed(expression) {
  const text = expression.replaceAll(/[()]/g, "");
  return text
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((it) => ALLOWED.includes(it.trim())));
}

/**
 * What is shipped, by licence.
 * @param {{ packages: Record<string, { license?: string, dev?: boolean, link?: boolean, dependencies?: object }> }} lock
 * @returns {Map<string, string[]>}
 */
export function shippedLicences({ packages }) {
  const names = new Set(SHIPPED);
  for (const [path, { dev, link }] of Object.entries(packages)) {
    if (path.startsWith("node_modules/") && !dev && !link)
      names.add(path.slice("node_modules/".length));
  }
  const byLicence = new Map();
  // A set hands on what is added while it is walked.
  for (const name of names) {
    const found = packages[`node_modules/${name}`];
    const licence = found?.license?.trim() ?? "unknown";
    byLicence.set(licence, [...(byLicence.get(licence) ?? []), name].sort());
    for (const needed of Object.keys(found?.dependencies ?? {})) names.add(needed);
  }
  return byLicence;
}

/** Asks the registry. @returns {"passed" | "failed" | "skipped"} skipped: it does not answer */
function audit() {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    timeout: 60_000,
  });
  try {
    const { high = 0, critical = 0, total = 0 } = JSON.parse(stdout).metadata.vulnerabilities;
    console.log(`npm audit: ${total} known, of which high or critical: ${high + critical}`);
    return high + critical === 0 ? "passed" : "failed";
  } catch {
    console.log("npm audit: not answered by this registry, so nothing is known of holes");
    return process.argv.includes("--must-answer") ? "failed" : "skipped";
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const byLicence = shippedLicences(
    JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")),
  );
  for (const [licence, names] of byLicence) {
    console.log(`${isAllowed(licence) ? "" : "NOT ALLOWED: "}${licence}: ${names.join(", ")}`);
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  counts[[...byLicence.keys()].every(isAllowed) ? "passed" : "failed"] += 1;
  if (process.argv.includes("--audit")) counts[audit()] += 1;
  const report = join(root, "test-results/licences.json");
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify(counts));
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

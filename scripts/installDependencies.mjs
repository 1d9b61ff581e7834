import { readFileSync } from "node:fs";
import { join } from "node:path";
import { heading, npm, root, say, seconds } from "./run.mjs";

/** @typedef {{ version?: string, link?: boolean, optional?: boolean }} LockedPackage */

/**
 * The packages of a package-lock.json, by folder; undefined when the file is not there.
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether node_modules holds what package-lock.json asks for. */
function isInstalled() {
  // npm keeps its own list of what it installed. File times would not do: git sets them anew.
  const installed = lockedPackages("node_modules/.package-lock.json");
  const wanted = lockedPackages("package-lock.json");
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([folder, { version, optional }]) => {
    if (!folder.includes("node_modules/")) return true;
    const there = installed[folder];
    // Packages for other systems are optional and absent.
    return there ? there.version === version : optional === true;
  });
}

/** Installs the npm packages of package-lock.json, unless they are installed already. */
export async function installDependencies() {
  if (isInstalled()) return;
  heading("Installing dependencies (npm ci; about half a minute)");
  const started = Date.now();
  // NODE_ENV=production would leave out what the build needs.
  await npm(["ci", "--include=dev", "--no-audit", "--no-fund"]);
  say(`  installed in ${seconds(Date.now() - started)}`);
}

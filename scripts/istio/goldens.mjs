// The goldens: what Istio answered, and the hashes of what it was asked about.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";

export const example = join(root, "examples/istio");
export const goldenFolder = join(example, "golden");
const hashesFile = join(goldenFolder, "sources.json");

/** What a golden depends on: manifests, and the Go code that asks. Not the module: that is played.
 * @param {string} folder @returns {string[]} paths relative to the example */
function sourcesBelow(folder) {
  return readdirSync(join(example, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return path === "golden" ? [] : sourcesBelow(path);
      return /\.(yaml|go|mod|sum)$/.test(entry.name) ? [path] : [];
    });
}

/** @returns {Record<string, string>} sha256 by path */
export function hashSources() {
  return Object.fromEntries(
    sourcesBelow("").map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(example, path)))
        .digest("hex"),
    ]),
  );
}

/** Which sources have changed since the goldens were made; undefined if there are no goldens. */
export function changedSources() {
  if (!existsSync(hashesFile)) return undefined;
  const now = hashSources();
  /** @type {Record<string, string>} */
  const then = JSON.parse(readFileSync(hashesFile, "utf8"));
  const paths = new Set([...Object.keys(now), ...Object.keys(then)]);
  return [...paths].filter((path) => now[path] !== then[path]);
}

/**
 * @typedef {object} Answer what Istio tells one sidecar, as Envoy's protobuf in JSON
 * @property {readonly Record<string, any>[]} listeners
 * @property {readonly Record<string, any>[]} clusters
 * @property {readonly Record<string, any>[]} endpoints
 */

/**
 * @param {string} name the folder of manifests
 * @returns {Readonly<Record<string, Answer>>} by address of the pod
 */
export function readGolden(name) {
  return JSON.parse(readFileSync(join(goldenFolder, `${name}.json`), "utf8"));
}

export { hashesFile };

import { execFileSync } from "node:child_process";
import { root } from "../run.mjs";

/**
 * What the release is made of and made with (CycloneDX 1.5), from package-lock.json alone: what only
 * building and testing need is marked `cdx:npm:package:development`. Without what npm makes up anew for
 * each run (time, serial number) or takes from the machine (its version, the folder's name).
 * @param {string} name of the whole
 * @returns {Uint8Array}
 */
export function sbom(name) {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const made = JSON.parse(
    execFileSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 }),
  );
  delete made.serialNumber;
  delete made.metadata.timestamp;
  delete made.metadata.tools;
  made.metadata.component.name = name;
  const byReference = (/** @type {any} */ a, /** @type {any} */ b) =>
    (a["bom-ref"] ?? a.ref) < (b["bom-ref"] ?? b.ref) ? -1 : 1;
  made.components.sort(byReference);
  made.dependencies.sort(byReference);
  return Buffer.from(`${JSON.stringify(made, undefined, 2)}\n`);
}

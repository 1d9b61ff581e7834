// Writes sw.js: web/serviceWorker.js with the names of exactly the files that were built.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Larger files are stored when they were first used: nobody gets megabytes that they did not ask for. */
const LATE_BYTES = 450_000;

/**
 * @param {string} web folder of the page's sources
 * @returns {import("vite").Plugin}
 */
export function serviceWorker(web) {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      /** @type {Map<string, string | Uint8Array>} */
      const files = new Map();
      for (const [name, output] of Object.entries(bundle)) {
        if (name.endsWith(".map")) continue;
        files.set(name, output.type === "chunk" ? output.code : output.source);
      }
      for (const name of readdirSync(join(web, "public"))) {
        files.set(name, readFileSync(join(web, "public", name)));
      }
      const hash = createHash("sha256");
      const names = [...files.keys()].sort();
      for (const name of names) hash.update(`${name}\0`).update(files.get(name) ?? "");
      const build = hash.digest("hex").slice(0, 16);
      const isLate = (/** @type {string} */ name) => (files.get(name)?.length ?? 0) > LATE_BYTES;
      const constants = {
        build,
        early: names.filter((name) => !isLate(name)),
        late: names.filter(isLate),
      };
      const lines = Object.entries(constants).map(
        ([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`,
      );
      const source = lines.join("") + readFileSync(join(web, "serviceWorker.js"), "utf8");
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

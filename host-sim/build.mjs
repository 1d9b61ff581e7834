// Compiles host-sim to dist/, where bin/wasmerang.js and the npm scripts load it from,
// and puts beside it what the package ships: the filter, the JSON Schemas and the templates of bundles.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json")], {
  stdio: "inherit",
});

const filter = join(here, "../filter/build/wasmerang.wasm");
if (!existsSync(filter)) {
  console.error(`${filter} is missing. Build it first: npm run build:wasm`);
  process.exit(1);
}
mkdirSync(join(here, "dist"), { recursive: true });
copyFileSync(filter, join(here, "dist/wasmerang.wasm"));

const { writeSchemas } = await import("./dist/cli/writeSchemas.js");
writeSchemas(join(here, "dist"));

const { bundleTargets } = await import("./dist/src/bundle/targets.js");
rmSync(join(here, "dist/bundle"), { recursive: true, force: true });
for (const { folder, files } of bundleTargets) {
  for (const file of files) {
    cpSync(join(here, "..", folder, file), join(here, "dist/bundle", basename(folder), file));
  }
}

// Compiles host-sim to dist/, where bin/wasmerang.js and the npm scripts load it from,
// and puts beside it what the package ships: the filter and the JSON Schemas.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
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

// node scripts/built.mjs filter|simulator|page PROGRAM ARGS…
// Runs a program that needs built files, after bringing those up to date.
import { buildIfStale } from "./buildIfStale.mjs";
import { CommandFailed, run } from "./run.mjs";

const [needed, program, ...args] = process.argv.slice(2);
if ((needed !== "filter" && needed !== "simulator" && needed !== "page") || !program) {
  console.error("usage: node scripts/built.mjs filter|simulator|page PROGRAM ARGS…");
  process.exit(2);
}
try {
  await buildIfStale(needed);
  await run(program, args);
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

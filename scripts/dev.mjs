// npm run dev: the page with hot reload, and the filter rebuilt whenever its sources change.
import "./checkNode.mjs";
import { existsSync, watch } from "node:fs";
import { installDependencies } from "./installDependencies.mjs";
import { CommandFailed, heading, npmRun, root, seconds } from "./run.mjs";

/** Saving a file can fire several events; they are one change. */
const settleMs = 100;

/** @returns {Promise<boolean>} whether it compiled; if not, the compiler has said why */
async function buildFilter() {
  const started = Date.now();
  try {
    await npmRun("build:wasm");
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    console.error("  The filter did not compile; the page keeps the last one that did.");
    return false;
  }
  console.log(`  filter built in ${seconds(Date.now() - started)}`);
  return true;
}

/**
 * Calls back after changes below a folder; a change during the callback leads to one more call.
 * @param {string} folder
 * @param {() => Promise<void>} onChange
 */
function watchFolder(folder, onChange) {
  let changed = false;
  let busy = false;
  const settle = async () => {
    if (busy) return;
    busy = true;
    while (changed) {
      changed = false;
      await onChange();
    }
    busy = false;
  };
  watch(folder, { recursive: true }, () => {
    changed = true;
    setTimeout(() => void settle(), settleMs);
  });
}

await installDependencies();
heading("Building the filter");
if (!(await buildFilter())) process.exit(1);
// The page completes scenarios by the schema that the simulator's build writes.
if (!existsSync(`${root}host-sim/dist/scenario.schema.json`)) await npmRun("build:host");

const { createServer } = await import("vite");
const server = await createServer({ configFile: `${root}vite.config.ts` });
await server.listen();
server.printUrls();
for (const folder of ["filter/assembly", "filter/gallery"]) {
  watchFolder(root + folder, async () => {
    heading(`${folder} has changed`);
    if (await buildFilter()) server.ws.send({ type: "full-reload" });
  });
}

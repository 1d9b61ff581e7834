// npm start: from a fresh clone to the playground in the browser. Only Node's own modules may be
// imported at the top, since nothing is installed yet.
import "./checkNode.mjs";
import { installDependencies } from "./installDependencies.mjs";
import { buildIfStale } from "./buildIfStale.mjs";
import { openBrowser } from "./openBrowser.mjs";
import { CommandFailed, heading, root } from "./run.mjs";

async function serve() {
  const { preview } = await import("vite");
  const server = await preview({
    root: `${root}web`,
    configFile: `${root}vite.config.ts`,
    logLevel: "warn",
    preview: { host: "127.0.0.1", port: 4173, strictPort: false, open: false },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("The server started without an address.");
  const stop = () => void server.close().then(() => process.exit(0));
  process.on("SIGINT", stop).on("SIGTERM", stop);
  heading(`Wasmerang is at ${url}   (Ctrl-C ends it)`);
  openBrowser(url);
}

try {
  await installDependencies();
  await buildIfStale("page");
  await serve();
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  console.error(`\nnpm start stopped: ${error.message}. What went wrong is said above.`);
  process.exit(1);
}

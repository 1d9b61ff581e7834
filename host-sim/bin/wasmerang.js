#!/usr/bin/env node
// Starts the built command line. This file is committed, since npm links a workspace's bin only if
// it exists at install, and the build comes after that.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(built))) {
  const { main } = await import(built.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error("wasmerang is not built yet. Run this in the repository first: npm run build");
  process.exitCode = 2;
}

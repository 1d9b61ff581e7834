// Failure policy and log level of a scenario in an exported bundle, in real Envoy.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleFiles, bundleTargets } from "../../host-sim/dist/src/index.js";
import { root } from "../run.mjs";

/** What goes into a bundle, and what Envoy then says of itself. */
export const settings = [
  {
    plugin: { failurePolicy: "FAIL_OPEN", logLevel: "debug" },
    says: ['"failure_policy":"FAIL_OPEN"', "wasm: debug"],
  },
  {
    plugin: { failurePolicy: "FAIL_RELOAD", reloadBackoff: "200ms", logLevel: "warn" },
    says: ['"failure_policy":"FAIL_RELOAD"', '"base_interval":"0.200s"', "wasm: warning"],
  },
];

/**
 * Writes a bundle for plain Envoy with these settings and starts it as its guide says; answers what
 * of `says` Envoy does not say.
 * @param {string} envoy the binary
 * @param {string} folder
 * @param {string} wasmFile
 * @param {{ plugin: object, says: readonly string[] }} setting
 */
export async function missingSettings(envoy, folder, wasmFile, { plugin, says }) {
  const target = bundleTargets.find(({ name }) => name === "envoy");
  if (!target) throw new Error("no target envoy");
  const template = (/** @type {string} */ path) =>
    readFileSync(join(root, target.folder, path), "utf8");
  const input = { configuration: undefined, wasm: readFileSync(wasmFile), sha256: "", plugin };
  for (const file of bundleFiles(target, template, input)) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), "text" in file ? file.text : file.bytes);
  }
  const guide = readFileSync(join(folder, "README.md"), "utf8");
  const [, line = ""] = /^\$ envoy (.*?) >/m.exec(guide) ?? [];
  const child = spawn(envoy, [...line.split(" "), "--concurrency", "1", "--disable-hot-restart"], {
    cwd: folder,
    stdio: "ignore",
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    const admin = (/** @type {string} */ path, method = "GET") =>
      fetch(`http://127.0.0.1:9901${path}`, { method }).then((answer) => answer.text());
    let said = "";
    while (said === "") {
      if (child.exitCode !== null) return [`it ended with ${child.exitCode}`];
      await sleep(50);
      said = await admin("/config_dump").catch(() => "");
    }
    const all = said.replaceAll(/\s/g, "") + (await admin("/logging", "POST"));
    return says.filter((text) => !all.includes(text));
  } finally {
    child.kill();
    await exited;
  }
}

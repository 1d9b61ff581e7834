// An exported bundle in real Envoy, asked from many source addresses, beside the simulator.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askSimulator } from "./askSimulator.mjs";

/** What Envoy is asked with: the default, the rule's own corners, and a cluster that is not there. */
export const configurations = [
  undefined,
  '{"clusters": ["egress1", "egress2", "egress2"], "routes": [{"source": "127.64.0.0/10", "cluster": "egress1"}, {"source": "127.128.0.0/9", "cluster": "egress2"}]}',
  '{"clusters": ["egress2", "nowhere"]}',
];
const ADDRESSES = 200;
const CONCURRENCY = 20;

/** Addresses all over 127.0.0.0/8, the same in every run. */
function sources() {
  let state = 20261125;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return Array.from({ length: ADDRESSES }, () => `127.${next()}.${next()}.${1 + (next() % 254)}`);
}

/** The cluster that answered, or `closed`. @param {string} localAddress @returns {Promise<string>} */
function ask(localAddress) {
  return new Promise((resolve) => {
    const asked = request(
      { host: "127.0.0.1", port: 15001, localAddress, agent: false, timeout: 5000 },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (/** @type {string} */ chunk) => (text += chunk));
        response.on("end", () => resolve(text.trim()));
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve("closed"));
    asked.end();
  });
}

/** @returns {Promise<boolean>} */
const isLive = () =>
  fetch("http://127.0.0.1:9901/ready").then(
    (response) => response.ok,
    () => false,
  );

/**
 * Starts the bundle and compares; answers how many addresses were asked about, and the differences.
 * @param {string} envoy the binary
 * @param {string} folder of the bundle
 * @param {string | undefined} configuration
 * @returns {Promise<{ asked: number, clusters: readonly string[], differences: readonly string[] }>}
 */
export async function compareDecisions(envoy, folder, configuration) {
  if (await isLive()) throw new Error("something listens on 127.0.0.1:9901 already");
  const args = ["--config-path", "envoy.yaml", "--concurrency", "1", "--disable-hot-restart"];
  const child = spawn(envoy, [...args, "--log-level", "error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    while (!(await isLive())) {
      if (child.exitCode !== null) throw new Error("Envoy ended before it was ready");
      await sleep(50);
    }
    const addresses = sources();
    const wasm = readFileSync(join(folder, "wasmerang.wasm"));
    const simulated = askSimulator(wasm, configuration, addresses, "127.0.0.1:15001");
    /** @type {string[]} */
    const answers = [];
    for (let at = 0; at < addresses.length; at += CONCURRENCY) {
      answers.push(...(await Promise.all(addresses.slice(at, at + CONCURRENCY).map(ask))));
    }
    const differences = addresses.flatMap((address, index) => {
      const decided = String(simulated[index]);
      // A cluster that the bundle lacks ends the connection.
      const expected = /^egress[12]$/.test(decided) ? decided : "closed";
      const answer = answers[index];
      return answer === expected ? [] : [`${address}: simulator ${decided}, Envoy ${answer}`];
    });
    return { asked: addresses.length, clusters: [...new Set(answers)].sort(), differences };
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

// A step of `npm test`: the goldens belong to the manifests, and real Envoy does with them what is said.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../run.mjs";
import { ensureEnvoy } from "../setupEnvoy.mjs";
import { changedSources } from "./goldens.mjs";

const report = join(root, "test-results/istio.json");
const limitMs = 120_000;

/** Why the goldens do not belong to the manifests. */
function findStale() {
  const remedy = "Run: npm run verify:istio";
  const changed = changedSources();
  if (changed === undefined) return `examples/istio/golden is missing. ${remedy}`;
  if (changed.length > 0) {
    return `changed since the goldens were made: ${changed.join(", ")}. ${remedy}`;
  }
  return undefined;
}

const unshare = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** What is missing for the traffic, with its remedy. */
function findMissing() {
  if (process.platform !== "linux") return "network namespaces are a thing of Linux";
  if (process.getuid?.() !== 0) return "root is needed for network namespaces";
  for (const [program, name] of [
    ["unshare", "util-linux"],
    ["setpriv", "util-linux"],
    ["ip", "iproute2"],
    ["iptables-restore", "iptables"],
  ]) {
    if (spawnSync(String(program), ["--version"]).error) {
      return `${program} is missing. Debian, Ubuntu: apt-get install ${name}`;
    }
  }
  const script = "iptables -t nat -A OUTPUT -p tcp -m owner --uid-owner 1 -j REDIRECT --to-ports 1";
  const tried = spawnSync("unshare", [...unshare, "sh", "-c", script], {
    encoding: "utf8",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  return tried.status === 0
    ? undefined
    : `no redirection in a network namespace here: ${tried.stderr.trim()}`;
}

/** Resolves if all went as it should. */
export async function playIstio() {
  rmSync(report, { force: true });
  const stale = findStale();
  if (stale) throw new Error(stale);
  console.log("  ✓ the goldens belong to the manifests");
  mkdirSync(dirname(report), { recursive: true });
  const missing = findMissing();
  if (missing) {
    console.log(`  – no traffic: ${missing}`);
    writeFileSync(report, JSON.stringify({ passed: 1, failed: 0, skipped: 1 }));
    return;
  }
  const envoy = await ensureEnvoy();
  await playInside(envoy);
}

/** @param {string} envoy @returns {Promise<void>} */
function playInside(envoy) {
  const inside = join(import.meta.dirname, "inside.mjs");
  const child = spawn("unshare", [...unshare, process.execPath, inside, envoy, report], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const stop = () => child.kill("SIGKILL");
  const timer = setTimeout(stop, limitMs);
  process.on("exit", stop);
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      process.off("exit", stop);
      if (code === 0) resolve();
      else if (signal) reject(new Error(`ended after ${limitMs / 1000} s without a result`));
      else reject(new Error(existsSync(report) ? "not as it should be" : "broke off"));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await playIstio().catch((error) => {
    console.error(`istio: ${error.message}`);
    process.exitCode = 1;
  });
}

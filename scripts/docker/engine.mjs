// A Docker engine of our own, where the machine has none: in namespaces in which it cannot touch the
// machine's network, and gone with all that it made when this process ends.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { missingForDebs, unpackDebs } from "./debs.mjs";

/** Whether the machine has an engine that answers, and Compose. */
export const hasEngine = () =>
  spawnSync("docker", ["info"]).status === 0 &&
  spawnSync("docker", ["compose", "version"]).status === 0;

/** Why no engine can be run here; undefined if one can. */
export function missingForEngine() {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  if (spawnSync("unshare", ["--net", "--mount", "--pid", "--fork", "true"]).status !== 0) {
    return "namespaces are not allowed here";
  }
  return missingForDebs("docker");
}

/**
 * Starts the engine. Throws if it does not come up.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => void }>} the environment for `docker`
 */
export async function startEngine() {
  const { home, env: programs } = unpackDebs("docker");
  const state = mkdtempSync(join(tmpdir(), "wasmerang-docker-"));
  mkdirSync(join(state, "cli-plugins"));
  const plugin = "cli-plugins/docker-compose";
  copyFileSync(join(home, "usr/libexec/docker", plugin), join(state, plugin));
  const log = join(state, "dockerd.log");
  const output = openSync(log, "w");
  const socket = `unix://${state}/docker.sock`;
  const env = { ...programs, DOCKER_CONFIG: state, DOCKER_HOST: socket };
  const dockerd = [
    ...["dockerd", "--host", socket, "--log-level", "warn", "--data-root", `${state}/data`],
    ...["--exec-root", `${state}/exec`, "--pidfile", `${state}/dockerd.pid`],
  ];
  // With the first process of a process namespace, all in it end.
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const inside = ["bash", "-c", 'ip link set lo up; "$@"', "_", ...dockerd];
  const child = spawn("unshare", [...namespaces, ...inside], {
    env,
    stdio: ["ignore", output, output],
  });
  const stop = () => {
    child.kill("SIGKILL");
    rmSync(state, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  };
  process.on("exit", stop);
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    if (spawnSync("docker", ["version"], { env }).status === 0) return { env, stop };
    await sleep(100);
  }
  throw new Error(`dockerd did not come up:\n${readFileSync(log, "utf8").slice(-3000)}`);
}

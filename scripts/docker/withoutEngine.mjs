// Namespaces of our own for composeInNamespaces.mjs: everything that runs in them ends with the command.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Makes `docker` a command, and gives the rest a place that nobody else sees. */
const prepare = `set -e
mount -t tmpfs tmpfs /mnt
mkdir -p /run/netns /mnt/bin
mount -t tmpfs tmpfs /run/netns
ln -s "$DOCKER" /mnt/bin/docker
export PATH="/mnt/bin:$PATH" NETNS_STATE=/mnt/state
set +e
"$@"
exit $?`; // not exec: this shell reaps what the services leave

/**
 * Why namespaces cannot be made here; undefined if they can.
 * @param {NodeJS.ProcessEnv} env
 */
export function missingForNamespaces(env) {
  if (process.platform !== "linux") return "network namespaces need Linux";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const program of ["unshare", "nsenter", "setpriv", "ip", "curl", "iptables", "ip6tables"]) {
    const found = spawnSync("bash", ["-c", `type -P ${program}`], { env });
    if (found.status !== 0)
      return `${program} is missing (Debian: iproute2 iptables curl util-linux)`;
  }
  const tried = spawnSync("unshare", ["--net", "--mount", "--pid", "--fork", "true"]);
  return tried.status === 0 ? undefined : `namespaces are not allowed here: ${tried.stderr}`;
}

/**
 * Runs a command where `docker` is dockerInNamespaces.sh.
 * @param {readonly string[]} command @param {NodeJS.ProcessEnv} env
 * @param {"inherit" | "pipe"} [output]
 */
export function runInNamespaces(command, env, output = "inherit") {
  const docker = fileURLToPath(new URL("dockerInNamespaces.sh", import.meta.url));
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return spawnSync("unshare", [...namespaces, "bash", "-c", prepare, "_", ...command], {
    stdio: ["ignore", output, output],
    encoding: "utf8",
    env: { ...env, DOCKER: docker },
  });
}

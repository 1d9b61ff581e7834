// Real Envoys in the namespaces: sidecars that get Istio's answers, and those of the manifests.
import { spawn } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("./goldens.mjs").Answer} Answer */

const api = "envoy.config";

/** @param {string} type @param {readonly Record<string, any>[]} messages */
const discoveryResponse = (type, messages) => ({
  resources: messages.map((message) => ({ "@type": `type.googleapis.com/${type}`, ...message })),
});

/**
 * Istio's answers come from files here, so endpoints do too: Envoy wants a file for each cluster.
 * @param {Record<string, any>} cluster
 * @param {Answer["endpoints"]} endpoints
 * @param {(endpoints: object) => string} write answers the path
 */
function endpointsFromFile(cluster, endpoints, write) {
  const { edsClusterConfig, ...rest } = cluster;
  if (!edsClusterConfig) return cluster;
  const clusterName = edsClusterConfig.serviceName ?? cluster["name"];
  const own = endpoints.find((assignment) => assignment["clusterName"] === clusterName);
  const edsConfig = { pathConfigSource: { path: write(own ?? { clusterName }) } };
  return { ...rest, edsClusterConfig: { ...edsClusterConfig, edsConfig } };
}

/** What istio-agent would write, cut to what is needed. @param {string} folder @param {string} address */
function bootstrap(folder, address) {
  const source = (/** @type {string} */ name) => ({
    path_config_source: { path: join(folder, name) },
    resource_api_version: "V3",
  });
  return {
    node: {
      id: `sidecar~${address}~client.default~default.svc.cluster.local`,
      cluster: "client.default",
    },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 15000 } } },
    dynamic_resources: {
      lds_config: source("listeners.json"),
      cds_config: source("clusters.json"),
    },
  };
}

/**
 * @typedef {object} Started
 * @property {() => string} log what it wrote so far
 * @property {() => Promise<void>} stop
 */

/** @param {string} folder @param {string} pod @param {readonly string[]} command @param {Record<string, string>} [env] @returns {Started} */
export function startIn(folder, pod, command, env = {}) {
  const file = join(folder, `${pod}.log`);
  const out = openSync(file, "w");
  const child = spawn("ip", ["netns", "exec", pod, ...command], {
    stdio: ["ignore", out, out],
    env: { ...process.env, ...env },
  });
  closeSync(out);
  const ended = new Promise((resolve) => child.on("close", resolve));
  return {
    log: () => readFileSync(file, "utf8"),
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const options = [
  "--disable-hot-restart",
  "--concurrency",
  "1",
  "--file-flush-interval-msec",
  "10",
  "-l",
  "warning",
];

/** @param {string} folder @param {string} envoy @param {string} pod @param {string} config @param {Record<string, string>} [env] */
export function startEnvoy(folder, envoy, pod, config, env) {
  return startIn(folder, pod, [envoy, "-c", config, ...options], env);
}

/**
 * A sidecar, as user 1337. It alone sees the module, under /etc/wasm, as the pod's volume shows it.
 * @param {object} sidecar
 * @param {string} sidecar.folder an empty one
 * @param {string} sidecar.envoy
 * @param {string} sidecar.pod
 * @param {string} sidecar.address of the pod
 * @param {Answer} sidecar.answer
 * @param {string | undefined} sidecar.wasm
 */
export function startSidecar({ folder, envoy, pod, address, answer, wasm }) {
  const write = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  mkdirSync(join(folder, "etc/wasm"), { recursive: true });
  if (wasm !== undefined) copyFileSync(wasm, join(folder, "etc/wasm/plugin.wasm"));
  const clusters = answer.clusters.map((cluster, at) =>
    endpointsFromFile(cluster, answer.endpoints, (endpoints) =>
      write(
        `endpoints-${at}.json`,
        discoveryResponse(`${api}.endpoint.v3.ClusterLoadAssignment`, [endpoints]),
      ),
    ),
  );
  write("clusters.json", discoveryResponse(`${api}.cluster.v3.Cluster`, clusters));
  write("listeners.json", discoveryResponse(`${api}.listener.v3.Listener`, answer.listeners));
  write("bootstrap.json", bootstrap(folder, address));
  const asProxy = ["setpriv", "--reuid", "1337", "--regid", "1337", "--clear-groups"];
  const command = [envoy, "-c", join(folder, "bootstrap.json"), ...options];
  const mount = `mount --bind ${join(folder, "etc")} /etc && exec "$@"`;
  return startIn(folder, pod, ["sh", "-c", mount, "sh", ...asProxy, ...command]);
}

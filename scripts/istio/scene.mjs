// The pods of the example and how to start them. Addresses are those of examples/istio/verify.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEnvoy, startIn } from "./envoys.mjs";
import { example } from "./goldens.mjs";
import { interceptLikeIstio, makeNetwork, serveLikeKubeProxy } from "./network.mjs";

/** @typedef {import("./traffic.mjs").Call} Call */
/** @typedef {import("./traffic.mjs").Reply} Reply */

export const destination = "10.96.0.203";
/** Of the same pod, but no router may reach it. */
export const forbidden = "10.96.0.204";

const addresses = (/** @type {number} */ from) =>
  Array.from({ length: 64 }, (_, at) => `10.244.1.${from + at}`);
/** Each client has its pod's address and half of 10.244.1.0/25. */
export const clients = [
  { name: "client0", address: "10.244.0.64", more: addresses(0) },
  { name: "client1", address: "10.244.0.65", more: addresses(64) },
];
export const routers = [
  { name: "egress1", address: "10.244.0.11" },
  { name: "egress2", address: "10.244.0.12" },
];

/** An application of the clients: tells who came. */
const application = `require("node:net").createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () => socket.end("HTTP/1.1 200 OK\\r\\n\\r\\napplication saw " + socket.remoteAddress));
}).listen(9000, "0.0.0.0")`;

/** @param {string} pod @param {readonly Call[]} calls @returns {Promise<readonly Reply[]>} */
export function callIn(pod, calls) {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, "traffic.mjs");
    const child = spawn("ip", ["netns", "exec", pod, process.execPath, script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.on("error", reject);
    child.on("close", () => resolve(JSON.parse(text)));
    child.stdin.end(JSON.stringify(calls));
  });
}

/**
 * Makes the network and starts all but the sidecars.
 * @param {string} envoyBinary
 */
export async function makeScene(envoyBinary) {
  // Names of namespaces are files here; nobody else sees this folder, which ends with the caller.
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
  const folder = mkdtempSync(join(tmpdir(), "wasmerang-istio-"));
  chmodSync(folder, 0o755);
  // User 1337 may not be able to enter the repository's folder.
  const envoy = join(folder, "envoy");
  writeFileSync(envoy, "");
  execFileSync("mount", ["--bind", envoyBinary, envoy]);

  makeNetwork([...clients, ...routers], {
    name: "outside",
    address: destination,
    more: [forbidden],
  });
  serveLikeKubeProxy("outside", [80, 443, 5432]);
  const logs = routers.map(({ name }) =>
    startEnvoy(folder, envoy, name, join(example, "base/router.yaml"), { ROUTER_NAME: name }),
  );
  startEnvoy(folder, envoy, "outside", join(example, "base/destination/envoy.yaml"));
  for (const { name } of clients) {
    interceptLikeIstio(name);
    mkdirSync(join(folder, `${name}-application`));
    startIn(join(folder, `${name}-application`), name, [process.execPath, "-e", application]);
  }
  const ready = { address: "127.0.0.1", port: 9901, path: "/ready", until: "LIVE" };
  const up = await Promise.all([
    ...routers.map(({ name }) => callIn(name, [ready])),
    callIn("outside", [{ address: destination, port: 8080, until: "saw" }]),
  ]);
  if (up.some(([reply]) => !reply?.body)) throw new Error(`an Envoy did not start: see ${folder}`);
  return { folder, envoy, routerLogs: () => logs.map(({ log }) => log()) };
}

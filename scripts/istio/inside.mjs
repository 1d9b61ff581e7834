// Plays the goldens: the example's pods in network namespaces, with real Envoys and the real filter.
// Runs as the first process of its own network, mount and process namespace, so that nothing outlives it.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { configurationOf, decide } from "./decisions.mjs";
import { startSidecar } from "./envoys.mjs";
import { readGolden } from "./goldens.mjs";
import { playGuide } from "./playGuide.mjs";
import { callIn, clients, destination, forbidden, makeScene, routers } from "./scene.mjs";

const [envoyBinary = "", reportFile = ""] = process.argv.slice(2);
/** Has every address of the clients. */
const range = "10.244.0.0/23";
const ports = [80, 443];
const wasm = join(root, "filter/build/wasmerang.wasm");
const counts = { passed: 0, failed: 0, skipped: 0 };
let agreed = 0;
let asked = 0;

/** @param {boolean} ok @param {string} what @param {unknown} [got] where it failed */
function check(ok, what, got) {
  counts[ok ? "passed" : "failed"]++;
  console.log(ok ? `  ✓ ${what}` : `  ✗ ${what}; got ${JSON.stringify(got)}`);
}

const scene = await makeScene(envoyBinary);

/** @typedef {(typeof clients)[number]} Client */
/** @typedef {import("./traffic.mjs").Reply} Reply */

/** @param {string} golden @param {Client} client @param {boolean} [hasModule] */
async function startClient(golden, client, hasModule = true) {
  const { name: pod, address } = client;
  const folder = join(scene.folder, `${golden}-${pod}-${hasModule}`);
  mkdirSync(folder);
  const answer = readGolden(golden)[address];
  if (!answer) throw new Error(`golden/${golden}.json has no pod ${address}`);
  const sidecar = startSidecar({
    ...{ folder, envoy: scene.envoy, pod, address, answer },
    wasm: hasModule ? wasm : undefined,
  });
  await callIn(pod, [{ address: "127.0.0.1", port: 15000, path: "/ready", until: "LIVE" }]);
  return { ...sidecar, configuration: configurationOf(answer) };
}

/** An end without a byte; no answer at all is none. @param {Reply | undefined} reply */
const isClosed = (reply) =>
  reply?.body === "" || /ECONNRESET|ECONNREFUSED/.test(reply?.error ?? "");

/** Numbers of Envoy's statistics. @param {string} pod @param {string} filter */
async function statistics(pod, filter) {
  const path = `/stats?filter=${filter}`;
  const [reply] = await callIn(pod, [{ address: "127.0.0.1", port: 15000, path }]);
  const lines = (reply?.body ?? "").matchAll(/^(\S+): (\d+)\r?$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [String(name), Number(value)]));
}

/** How much the routers have logged so far. */
const logMark = () => scene.routerLogs().map((log) => log.length);

/** What they logged since, once it is enough lines. @param {readonly number[]} mark @param {number} count */
async function routerLines(mark, count) {
  for (let tries = 0; ; tries++) {
    const logs = scene.routerLogs().map((log, at) => log.slice(mark[at]));
    const lines = logs.flatMap((log) => log.split("\n")).filter((line) => line.includes(" -> "));
    if (lines.length >= count || tries === 60) return lines;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Connections from every source to both ports: each has to leave by the router that the simulator names,
 * and that router has to be told real source and destination.
 * @param {string} golden @param {Client} client
 * @param {ReadonlyMap<number, ReadonlyMap<string, string>>} decisions by port and source
 */
async function playSources(golden, client, decisions) {
  const sources = [client.address, ...client.more];
  const calls = sources.flatMap((source) =>
    ports.map((port) => ({ source, address: destination, port })),
  );
  const mark = logMark();
  const replies = await callIn(client.name, calls);
  const lines = await routerLines(mark, calls.length);
  const wrong = calls.flatMap(({ source, port }, at) => {
    const cluster = decisions.get(port)?.get(source);
    const router = routers.find(({ name }) => cluster?.includes(`||${name}.`));
    const saw = replies[at]?.body?.trim() === `destination saw ${router?.address}`;
    const told = lines.filter(
      (line) =>
        line.startsWith(`${router?.name}: ${source}:`) &&
        line.includes(` -> ${destination}:${port} `),
    );
    return saw && told.length === 1 ? [] : [{ source, port, cluster, reply: replies[at], told }];
  });
  asked += calls.length;
  agreed += calls.length - wrong.length;
  const what = `${sources.length} sources to ports ${ports.join(" and ")} leave as simulated, by PROXY v2`;
  check(wrong.length === 0, `${golden}, ${client.name}: ${what}`, wrong.slice(0, 3));
}

/** What must not get through, and what must stay as it is. @param {Client} client */
async function playRest(client) {
  const counters = await statistics(client.name, "wasmcustom");
  const [app] = await callIn("outside", [{ address: client.address, port: 9000 }]);
  check(app?.body?.startsWith("application saw") === true, "inbound: reaches the application", app);
  const after = await statistics(client.name, "wasmcustom");
  check(JSON.stringify(after) === JSON.stringify(counters), "inbound: without the filter", after);

  const mark = logMark();
  const [noCluster, notAllowed] = await callIn(client.name, [
    { address: destination, port: 5432 },
    { address: forbidden, port: 80 },
  ]);
  check(isClosed(noCluster), "a port without a cluster: closed", noCluster);
  check(isClosed(notAllowed), "a destination that the router does not allow: closed", notAllowed);
  const [plain] = await callIn("outside", [{ address: routers[0]?.address ?? "", port: 8080 }]);
  check(isClosed(plain), "a router without a PROXY header: closed", plain);
  const lines = await routerLines(mark, 0);
  check(lines.length === 0, "no router connected for these", lines);
}

/** The commands of the guide, with the sidecars as they are after their start. */
async function playReadme() {
  const folder = join(scene.folder, "guide");
  mkdirSync(folder);
  const logs = Object.fromEntries([
    ...routers.map(({ name }) => [name, join(scene.folder, `${name}.log`)]),
    ...clients.map(({ name }) => [name, join(scene.folder, `configmap-${name}-true/${name}.log`)]),
  ]);
  const pods = { "role=egress": routers, "app=client": clients };
  const { ran, notRun, wrong } = await playGuide(folder, { pods, logs });
  const what = `the guide's commands print what it shows (${ran} run, ${notRun} marked as not run)`;
  check(wrong.length === 0, what, wrong);
}

/** @param {string} golden */
async function playGolden(golden) {
  const sidecars = await Promise.all(clients.map((client) => startClient(golden, client)));
  const configuration = sidecars[0]?.configuration ?? "";
  const decisions = new Map(
    await Promise.all(
      ports.map(async (port) => {
        const where = `${destination}:${port}`;
        return /** @type {const} */ ([port, await decide(wasm, configuration, range, where)]);
      }),
    ),
  );
  if (golden === "configmap") await playReadme();
  for (const client of clients) {
    const rejected = await statistics(client.name, "update_rejected");
    const taken = Object.values(rejected);
    const ok = taken.length > 0 && taken.every((count) => count === 0);
    check(ok, `${golden}, ${client.name}: Envoy takes all of Istio's answer`, rejected);
    await playSources(golden, client, decisions);
  }
  const [first] = clients;
  if (golden === "configmap" && first) await playRest(first);
  await Promise.all(sidecars.map(({ stop }) => stop()));
}

for (const golden of ["configmap", "json"]) await playGolden(golden);

const [first] = clients;
if (first) {
  const sidecar = await startClient("configmap", first, false);
  const [reply] = await callIn(first.name, [{ address: destination, port: 80 }]);
  check(isClosed(reply), "without the module: nothing gets out", reply);
  await sidecar.stop();
}
console.log(`  ${agreed} of ${asked} connections agree with the simulator`);
writeFileSync(reportFile, JSON.stringify({ ...counts, agreed, asked }));
if (counts.failed === 0) {
  execFileSync("umount", ["--lazy", scene.envoy]);
  rmSync(scene.folder, { recursive: true });
}
if (counts.failed > 0) console.log(`  logs: ${scene.folder}`);
process.exit(counts.failed > 0 ? 1 : 0);

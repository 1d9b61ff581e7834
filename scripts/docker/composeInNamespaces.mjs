// `docker compose` as far as examples/docker and its guide use it, without an engine: every service is
// a network namespace of its own (or that of the service it shares it with) with the addresses of
// compose.yaml, and runs the same command with the same files. Must itself run in namespaces that end
// with it, see withoutEngine.mjs. State lies in $NETNS_STATE; `exec`
// and `logs` are in dockerInNamespaces.sh.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCompose } from "./readCompose.mjs";

/** @typedef {import("./readCompose.mjs").Service} Service */

const state = String(process.env["NETNS_STATE"]);
const envoy = String(process.env["ENVOY"]);
const START_TIMEOUT_MS = 30_000;

const [, , ...words] = process.argv;
if (words.shift() !== "compose") throw new Error("only `docker compose`");
/** @type {string[]} */
const files = [];
while (words[0] === "-f") files.push(...words.splice(0, 2).slice(1));
const [command, ...rest] = words;
const project = readCompose(process.cwd(), files.length > 0 ? files : ["compose.yaml"]);

const names = rest.filter((word) => project.services.has(word));

/** @param {string} name @returns {Service} */
function service(name) {
  const found = project.services.get(name);
  if (!found) throw new Error(`no such service: ${name}`);
  return found;
}

/** @param {string} line */
const ip = (line) =>
  execFileSync("ip", line.split(" "), { stdio: ["ignore", "ignore", "inherit"] });
/** @param {string} address */
const noDad = (address) => (address.includes(":") ? " nodad" : "");

function makeNetworks() {
  for (const { name, subnets, internal } of project.networks) {
    ip(`link add ${name} type bridge`);
    ip(`link set ${name} up`);
    for (const subnet of internal ? [] : subnets) {
      const gateway = subnet.replace(/0?\//, "1/");
      ip(`addr add ${gateway} dev ${name}${noDad(gateway)}`);
    }
  }
  for (const { name, networks, sharesNetworkOf } of project.services.values()) {
    if (sharesNetworkOf !== undefined) continue;
    execFileSync("ip", ["netns", "add", name]);
    ip(`-n ${name} link set lo up`);
    // As an engine does, so that a user other than root may listen on port 80.
    ip(`netns exec ${name} sysctl -qw net.ipv4.ip_unprivileged_port_start=0`);
    for (const [index, [network, addresses]] of Object.entries(networks).entries()) {
      const { subnets, internal } =
        project.networks.find((it) => it.name === network) ?? fail(network);
      const port = `${network.slice(0, 4)}-${addresses.ipv4_address.split(".")[3]}`;
      ip(`link add ${port} type veth peer name eth${index} netns ${name}`);
      ip(`link set ${port} master ${network} up`);
      for (const [family, address] of [addresses.ipv4_address, addresses.ipv6_address].entries()) {
        const length = subnets[family]?.split("/")[1];
        ip(`-n ${name} addr add ${address}/${length} dev eth${index}${noDad(address)}`);
      }
      ip(`-n ${name} link set eth${index} up`);
      if (internal) continue;
      ip(`-n ${name} route add default via ${subnets[0]?.replace(/0\/.*/, "1")}`);
      ip(`-n ${name} -6 route add default via ${subnets[1]?.replace(/\/.*/, "1")}`);
    }
  }
}

/** @param {string} network @returns {never} */
function fail(network) {
  throw new Error(`no such network: ${network}`);
}

/** Runs in the network of a service. @param {Service} it @returns {string[]} */
const inside = ({ name, sharesNetworkOf }) => [
  "nsenter",
  `--net=/run/netns/${sharesNetworkOf ?? name}`,
  "--",
];

/** A text that names files of a container: here they lie in the service's own folder.
 * @param {Service} it @param {string} text */
const relocate = ({ name }, text) => text.replaceAll(/\/(etc\/envoy|tmp)\//g, `${state}/${name}/`);

/** Starts a service anew, with its files as they are now. @param {Service} it */
function start(it) {
  const folder = join(state, it.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { source, target } of it.binds) {
    if (!existsSync(source)) {
      throw new Error(`${it.name}: bind source path does not exist: ${source}`);
    }
    const copy = join(folder, basename(target));
    copyFileSync(source, copy);
    if (/\.ya?ml$/.test(target)) writeFileSync(copy, relocate(it, readFileSync(copy, "utf8")));
  }
  const isEnvoy = it.image.startsWith("envoyproxy/envoy:");
  const [uid, gid = ""] = it.user?.split(":") ?? [];
  const asUser = uid ? ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups"] : [];
  const line = it.command.map((word) => relocate(it, word));
  const log = join(state, `${it.name}.log`);
  const output = openSync(log, "a");
  chmodSync(log, 0o666); // Envoy opens /dev/stdout anew
  const image = isEnvoy ? [envoy, "--disable-hot-restart"] : [];
  const [program = "", ...args] = [...inside(it), ...asUser, ...image, ...line];
  const child = spawn(program, args, {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...it.environment },
    detached: true,
  });
  child.unref();
  writeFileSync(join(folder, "pid"), String(child.pid));
  writeFileSync(join(folder, "net"), it.sharesNetworkOf ?? it.name);
}

/** Ends a service with all its processes. @param {string} name */
function stop(name) {
  const file = join(state, name, "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (!existsSync(`/proc/${pid}`) || pid === 0) return;
  process.kill(-pid, "SIGKILL");
  while (existsSync(`/proc/${pid}`)) spawnSync("sleep", ["0.02"]);
}

/** @param {Iterable<Service>} services */
async function waitUntilHealthy(services) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (const it of services) {
    const [program = "", ...args] = [
      ...inside(it),
      ...it.healthcheck.map((word) => relocate(it, word)),
    ];
    while (spawnSync(program, args, { timeout: 3000 }).status !== 0) {
      const pid = readFileSync(join(state, it.name, "pid"), "utf8");
      const log = readFileSync(join(state, `${it.name}.log`), "utf8");
      if (!existsSync(`/proc/${pid}`)) throw new Error(`service ${it.name} exited:\n${log}`);
      if (Date.now() > deadline) throw new Error(`service ${it.name} is unhealthy:\n${log}`);
      await sleep(50);
    }
  }
}

function down() {
  if (!existsSync(state)) return;
  readdirSync(state).forEach(stop);
  for (const name of readdirSync("/run/netns")) execFileSync("ip", ["netns", "del", name]);
  for (const { name } of project.networks) spawnSync("ip", ["link", "del", name]);
  rmSync(state, { recursive: true });
}

/** @type {Readonly<Record<string, () => unknown>>} */
const commands = {
  async up() {
    if (names.length > 0) names.forEach(stop);
    else {
      down();
      makeNetworks();
    }
    await commands["start"]?.();
  },
  down,
  stop: () => names.forEach((name) => stop(service(name).name)),
  async start() {
    const chosen = names.length > 0 ? names.map(service) : [...project.services.values()];
    chosen.forEach(start);
    await waitUntilHealthy(chosen);
  },
};
try {
  const run = commands[String(command)];
  if (!run) throw new Error(`docker compose ${command}: not supported without Docker`);
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

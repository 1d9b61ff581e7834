// As much of Compose's language as examples/docker needs: merge keys, several files over each other,
// `extends`, profiles. `docker compose config` would do it, where there is one.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";

/**
 * @typedef {{ ipv4_address: string, ipv6_address: string }} Addresses
 * @typedef {{ source: string, target: string }} Bind
 * @typedef {object} Service
 * @property {string} name
 * @property {string} image
 * @property {readonly string[]} command
 * @property {string | undefined} user "UID:GID"
 * @property {Readonly<Record<string, string>>} environment
 * @property {readonly Bind[]} binds with absolute sources
 * @property {Readonly<Record<string, Addresses>>} networks
 * @property {string | undefined} sharesNetworkOf another service
 * @property {readonly string[]} healthcheck
 * @typedef {{ name: string, subnets: readonly string[], internal: boolean }} Network
 */

/** @param {unknown} value @returns {value is Record<string, any>} */
const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The second over the first, as Compose merges: mappings by key, everything else replaced. Lists
 * would be joined there; here no file relies on that, and one that did is refused.
 * @param {any} below @param {any} above @returns {any} */
function merge(below, above) {
  if (!isMapping(below) || !isMapping(above)) return above;
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (Array.isArray(value) && below[key] !== undefined && key !== "command") {
      throw new Error(`two lists for ${key}: not supported without Docker`);
    }
    merged[key] = key in below ? merge(below[key], value) : value;
  }
  return merged;
}

/**
 * Reads the files of a Compose project.
 * @param {string} folder @param {readonly string[]} files
 * @returns {{ services: ReadonlyMap<string, Service>, networks: readonly Network[] }}
 */
export function readCompose(folder, files) {
  const read = (/** @type {string} */ file) =>
    parse(readFileSync(resolve(folder, file), "utf8"), { merge: true });
  const project = files.map(read).reduce(merge);
  const services = Object.entries(project.services)
    .filter(([, service]) => service.profiles === undefined)
    .map(([name, { extends: base, ...service }]) => {
      const whole = base ? merge(read(base.file).services[base.service], service) : service;
      return /** @type {const} */ ([name, toService(name, whole, folder)]);
    });
  const networks = Object.entries(project.networks).map(([name, network]) => ({
    name,
    subnets: network.ipam.config.map((/** @type {{ subnet: string }} */ it) => it.subnet),
    internal: network.internal === true,
  }));
  return { services: new Map(services), networks };
}

/** @param {string} name @param {any} service @param {string} folder @returns {Service} */
function toService(name, service, folder) {
  return {
    name,
    image: service.image,
    command: typeof service.command === "string" ? service.command.split(/\s+/) : service.command,
    user: service.user,
    environment: service.environment ?? {},
    binds: (service.volumes ?? []).map((/** @type {Bind} */ { source, target }) => ({
      source: resolve(folder, source),
      target,
    })),
    networks: service.networks ?? {},
    sharesNetworkOf: /^service:(.*)$/.exec(service.network_mode ?? "")?.[1],
    healthcheck: service.healthcheck.test.slice(1),
  };
}

// Deliberate faults in examples/docker, each of which a check has to catch.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} file
 * @property {string | undefined} from the text that is replaced, once; undefined removes the file
 * @property {string} [to]
 */

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: "listener on another port",
    file: "envoy/proxy.yaml",
    from: "port_value: 15001",
    to: "port_value: 15002",
  },
  {
    name: "cluster under another name",
    file: "envoy/proxy.yaml",
    from: "- name: egress2",
    to: "- name: egress-2",
  },
  {
    name: "both clusters lead to one router",
    file: "envoy/proxy.yaml",
    from: "address: 10.77.0.22",
    to: "address: 10.77.0.21",
  },
  {
    name: "no original destination",
    file: "envoy/proxy.yaml",
    from: "use_original_dst: true",
    to: "use_original_dst: false",
  },
  {
    name: "PROXY protocol version 1",
    file: "envoy/proxy.yaml",
    from: "version: V2",
    to: "version: V1",
  },
  { name: "TLV of another type", file: "envoy/proxy.yaml", from: "type: 0xE0", to: "type: 0xE1" },
  {
    name: "a configuration for Istio",
    file: "envoy/proxy.yaml",
    from: "value: standalone",
    to: "value: istio",
  },
  {
    name: "a configuration that the filter refuses",
    file: "envoy/proxy.yaml",
    from: "value: standalone",
    to: "value: standalon",
  },
  {
    name: "what is not decided gets out",
    file: "envoy/proxy.yaml",
    from: "cluster: none",
    to: "cluster: egress1",
  },
  {
    name: "another key in the access log",
    file: "envoy/proxy.yaml",
    from: "FILTER_STATE(envoy.tcp_proxy.cluster",
    to: "FILTER_STATE(tcp_proxy.cluster",
  },
  {
    name: "the module under another path",
    file: "envoy/proxy.yaml",
    from: "/etc/envoy/wasmerang.wasm",
    to: "/etc/envoy/wasmerang2.wasm",
  },
  {
    name: "a field that Envoy does not know",
    file: "envoy/egress.yaml",
    from: "stat_prefix: egress",
    to: "stat_prefx: egress",
  },
  {
    name: "a router for everybody",
    file: "envoy/egress.yaml",
    from: "address_prefix: 10.77.0.8, prefix_len: 29",
    to: "address_prefix: 10.77.0.0, prefix_len: 24",
  },
  {
    name: "a router to everywhere",
    file: "envoy/egress.yaml",
    from: "203.0.113.0, prefix_len: 24",
    to: "0.0.0.0, prefix_len: 0",
  },
  {
    name: "a router without IPv6",
    file: "envoy/egress.yaml",
    from: '              - { address_prefix: "2001:db8::", prefix_len: 64 }\n',
    to: "",
  },
  {
    name: "version 1 is believed, too",
    file: "envoy/egress.yaml",
    from: "            disallowed_versions: [V1]\n",
    to: "",
  },
  {
    name: "redirect to another port",
    file: "compose.yaml",
    from: "REDIRECT --to-ports 15001",
    to: "REDIRECT --to-ports 15003",
  },
  {
    name: "no redirect of IPv6",
    file: "compose.yaml",
    from: "        ip6tables -t nat",
    to: "        : -t nat",
  },
  {
    name: "the odd client at an even address",
    file: "compose.yaml",
    from: "ipv4_address: 10.77.0.3,",
    to: "ipv4_address: 10.77.0.4,",
  },
  {
    name: "routers with each other's files",
    file: "compose.yaml",
    from: "environment: { NAME: egress2 }",
    to: "environment: { NAME: egress1 }",
  },
  {
    name: "a client that routes elsewhere",
    file: "compose.yaml",
    from: "via 10.77.0.10",
    to: "via 10.77.0.11",
  },
  { name: "no file for the routers", file: "envoy/egress.yaml", from: undefined },
  {
    name: "a sidecar that is not asked",
    file: "sidecar.yaml",
    from: "REDIRECT --to-ports 15001",
    to: "REDIRECT --to-ports 15003",
  },
  {
    name: "clients that the routers do not know",
    file: "sidecar.yaml",
    from: "ipv4_address: 10.77.0.13",
    to: "ipv4_address: 10.77.0.33",
  },
];

/**
 * Writes a copy of the example with the fault in it.
 * @param {string} example @param {string} copy a folder as deep below the root, for the module's path
 * @param {Mutant} mutant
 */
export function writeMutant(example, copy, { name, file, from, to = "" }) {
  rmSync(copy, { recursive: true, force: true });
  cpSync(example, copy, { recursive: true });
  const path = join(copy, file);
  if (from === undefined) return rmSync(path);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`mutant "${name}": ${file} has no "${from}" any more`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}

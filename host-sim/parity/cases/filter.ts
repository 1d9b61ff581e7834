/** The release filter: its decisions, configurations, and connections of every ending. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario, ScenarioDocument } from "../../src/scenario.ts";
import { checked, from, packageRoot, type ParityCase, talk } from "./case.ts";

const ISTIO = (cluster: string): string => `outbound|443||${cluster}.default.svc.cluster.local`;
const EVEN = "10.0.0.42:51324";
const UNIX = "unix:/run/parity.sock";
const KILLING = "PROXY protocol, text, for a Unix connection";
const ODD = "10.0.0.43:51325";

/** Scenarios by name; all have the clusters of both modes. */
const scenarios: Readonly<Record<string, Partial<ScenarioDocument>>> = {
  "even source": { connections: [from(EVEN, ...talk)] },
  "odd source": { connections: [from(ODD, ...talk)] },
  "no configuration": { plugin: {}, connections: [from(EVEN, ...talk)] },
  "istio mode": {
    plugin: { configuration: "istio" },
    connections: [from(EVEN, ...talk), from(ODD, ...talk)],
  },
  "JSON configuration": {
    plugin: {
      configuration: JSON.stringify({
        mode: "istio",
        clusters: ["egress1", "egress2"],
        namespace: "default",
        ports: { "8443": 443 },
        routes: [{ source: "10.1.0.0/16", cluster: "egress2" }],
      }),
    },
    connections: [
      from(EVEN, ...talk),
      from("10.1.0.2:1", ...talk),
      { source: ODD, destination: "203.0.113.10:8443", steps: talk },
    ],
  },
  "Struct configuration": {
    plugin: { configuration: { struct: { mode: "istio", onUndecided: "close" } } },
    connections: [from(EVEN, ...talk), from(ODD, ...talk)],
  },
  "bytes configuration": {
    plugin: { configuration: { bytes: Buffer.from(" standalone\n").toString("base64") } },
    connections: [from(ODD, ...talk)],
  },
  IPv6: {
    connections: [
      { source: "[2001:db8::2a]:51324", destination: "[2001:db8::1]:443", steps: talk },
      { source: "[2001:db8:1:2:3:4:5:43]:1", destination: "[::1]:443", steps: talk },
      { source: "[::2]:65535", destination: "[::1]:443", steps: talk },
    ],
  },
  "IPv4-mapped IPv6": {
    connections: [
      { source: "[::ffff:10.0.0.4]:40000", destination: "[::ffff:10.0.0.1]:443", steps: talk },
      { source: "[::ffff:10.0.0.5]:40000", destination: "[::ffff:10.0.0.1]:443", steps: talk },
    ],
  },
  "IPv6 routes": {
    plugin: {
      configuration: '{"routes":[{"source":"2001:db8::/32","cluster":"egress2"}]}',
    },
    connections: [
      { source: "[2001:db8::2a]:51324", destination: "[2001:db8::1]:443", steps: talk },
      { source: "[2001:db9::2a]:51324", destination: "[2001:db8::1]:443", steps: talk },
    ],
  },
  "refused configuration, unknown word": {
    plugin: { configuration: "standalone please" },
    expect: { plugin: "refused" },
    connections: [from(EVEN, ...talk)],
  },
  "refused configuration, bad field": {
    plugin: { configuration: '{"mode": "istio", "clusters": []}' },
    expect: { plugin: "refused" },
    connections: [from(EVEN, ...talk)],
  },
  "refused configuration, broken JSON": {
    plugin: { configuration: '{"mode": ' },
    expect: { plugin: "refused" },
    connections: [from(EVEN, ...talk)],
  },
  "unknown cluster": {
    plugin: { configuration: '{"clusters": ["nowhere", "egress2"]}' },
    connections: [from(EVEN, ...talk), from(ODD, ...talk)],
  },
  "long cluster name": {
    plugin: { configuration: JSON.stringify({ clusters: ["c".repeat(200)] }) },
    connections: [from(EVEN, ...talk)],
  },
  "refused connect": {
    clusters: {
      egress1: { endpoints: ["10.1.0.11:8080"], connect: "refuse" },
      egress2: { endpoints: ["10.1.0.12:8080"] },
    },
    connections: [from(EVEN, ...talk), from(ODD, ...talk)],
  },
  "cluster without endpoints": {
    clusters: { egress1: { endpoints: [] }, egress2: { endpoints: [] } },
    connections: [from(EVEN, ...talk)],
  },
  echo: {
    clusters: { egress1: { endpoints: ["10.1.0.11:8080"], echo: true } },
    connections: [
      from(EVEN, { downstream: "hello" }, { downstream: "again" }, { close: "client" }),
      from("10.0.0.44:2", { close: "client" }),
    ],
  },
  "PROXY protocol to the upstream": {
    clusters: {
      egress1: { endpoints: ["10.1.0.11:8080"], proxyProtocol: "v1" },
      egress2: { endpoints: ["10.1.0.12:8080"], proxyProtocol: "v2", echo: true },
    },
    connections: [
      from(EVEN, ...talk),
      from(ODD, { downstream: "hello" }, { close: "client" }),
      { source: "[2001:db8::2a]:51324", destination: "[2001:db8::1]:443", steps: talk },
      { source: "[2001:db8::2b]:51324", destination: "[::1]:443", steps: [{ close: "client" }] },
      { source: "[::ffff:10.0.0.4]:4", destination: "[::ffff:10.0.0.1]:443", steps: talk },
      from("10.0.0.44:1", { upstream: "first" }, { close: "serverReset" }),
    ],
  },
  "PROXY protocol for a Unix connection": {
    clusters: { default: { endpoints: ["10.1.0.10:8080"], proxyProtocol: "v2" } },
    connections: [{ source: UNIX, destination: UNIX, steps: talk }],
  },
  [KILLING]: {
    clusters: { default: { endpoints: ["10.1.0.10:8080"], proxyProtocol: "v1" } },
    connections: [{ source: UNIX, destination: UNIX, steps: talk }],
  },
  "client closes": { connections: [from(EVEN, ...talk)] },
  "server closes": {
    connections: [from(EVEN, { downstream: "hello" }, { upstream: "bye" }, { close: "server" })],
  },
  "client resets": {
    connections: [
      from(EVEN, { downstream: "hello" }, { upstream: "hi" }, { close: "clientReset" }),
    ],
  },
  "server resets": {
    connections: [
      from(EVEN, { downstream: "hello" }, { upstream: "hi" }, { close: "serverReset" }),
    ],
  },
  "server speaks first": {
    connections: [
      from(EVEN, { upstream: "220 ready" }, { downstream: "QUIT" }, { close: "server" }),
    ],
  },
  "no bytes at all": {
    connections: [from(EVEN, { close: "client" }), from(ODD, { close: "server" })],
  },
  "bytes that are no text": {
    connections: [
      from(
        EVEN,
        { downstream: { base64: "AP8B/g==" } },
        { upstream: { base64: "//79" } },
        { close: "client" },
      ),
    ],
  },
  "left open": { connections: [from(EVEN, { downstream: "hello" })] },
  "onUndecided close": {
    plugin: { configuration: '{"onUndecided": "close"}' },
    connections: [from(EVEN, ...talk)],
  },
  "Unix connection, continue": {
    connections: [{ source: UNIX, destination: UNIX, steps: talk }],
  },
  "Unix connection, close": {
    plugin: { configuration: '{"onUndecided": "close"}' },
    connections: [{ source: UNIX, destination: UNIX, steps: talk }],
  },
  "two connections at once": {
    connections: [
      from(
        EVEN,
        { after: "2ms", downstream: "hello" },
        { upstream: "hi" },
        { after: "5ms", close: "client" },
      ),
      {
        ...from(
          ODD,
          { after: "2ms", downstream: "HELLO" },
          { after: "2ms", upstream: "HI" },
          { close: "server" },
        ),
        at: "1ms",
      },
    ],
  },
  "five connections in a row": {
    connections: Array.from({ length: 5 }, (_, i) => ({
      ...from(`10.0.${i}.${i}:${1000 + i}`, ...talk),
      at: `${i}s`,
    })),
  },
};

/** Throws if the filter is not built. */
export function filterCases(): readonly ParityCase[] {
  const play = (build: string, wasm: Uint8Array, names: readonly string[]): ParityCase[] =>
    names.map((name) => ({
      name: `${build}: ${name}`,
      wasm,
      scenario: complete(scenarios[name] ?? {}),
      ...(name === KILLING ? { fails: true } : {}),
    }));
  return [
    ...play("filter", readBuild("wasmerang.wasm"), Object.keys(scenarios)),
    ...play("debug build", readBuild("wasmerang.debug.wasm"), ["istio mode", "IPv6"]),
  ];
}

/** The release build of the filter itself. */
export const releaseFilter = (): Uint8Array => readBuild("wasmerang.wasm");

/** A file of filter/build. Throws an Error that says how to make it. */
export function readBuild(name: string): Uint8Array {
  const file = join(packageRoot, "..", "filter", "build", name);
  if (!existsSync(file)) throw new Error(`${file} is missing. Build it: npm run build:wasm`);
  return readFileSync(file);
}

function complete(document: Partial<ScenarioDocument>): Scenario {
  return checked({
    plugin: { configuration: "standalone" },
    clusters: {
      egress1: { endpoints: ["10.1.0.11:8080"] },
      egress2: { endpoints: ["10.1.0.12:8080"] },
      default: { endpoints: ["10.1.0.10:8080"] },
      [ISTIO("egress1")]: { endpoints: ["10.1.0.11:8443"] },
      [ISTIO("egress2")]: { endpoints: ["10.1.0.12:8443"] },
      ["c".repeat(200)]: { endpoints: ["10.1.0.13:8080"] },
    },
    connections: [],
    ...document,
  });
}

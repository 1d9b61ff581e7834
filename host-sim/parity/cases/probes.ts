/** The probes of probes/*.wat in the situations that each of them is about. */
import { failing, from, type ParityCase, probe, scenario, talk } from "./case.ts";

const SOURCE = "10.0.0.42:51324";

export async function probeCases(): Promise<readonly ParityCase[]> {
  return [
    ...(await properties()),
    ...(await filterState()),
    ...failing(await traps()),
    ...(await streams()),
    ...(await others()),
  ];
}

async function properties(): Promise<readonly ParityCase[]> {
  const wasm = await probe("properties");
  const plugin = { configuration: "cfg" };
  const connections = [from(SOURCE, ...talk)];
  const v6 = { source: "[2001:db8::2a]:51324", destination: "[2001:db8:0:0:1::1]:443" };
  return [
    { name: "properties in every callback", wasm, scenario: scenario({ plugin, connections }) },
    {
      name: "properties without names, inbound, server closes",
      wasm,
      scenario: scenario({
        plugin: { name: "", rootId: "", vmId: "" },
        listener: { direction: "INBOUND" },
        connections: [from("10.0.0.1:1", { upstream: "welcome" }, { close: "server" })],
      }),
    },
    {
      name: "properties of IPv6, outbound, connect refused",
      wasm,
      scenario: scenario({
        listener: { direction: "OUTBOUND" },
        clusters: { c1: { endpoints: ["10.1.0.1:8080"], connect: "refuse" } },
        connections: [{ ...v6, steps: talk }],
      }),
    },
    {
      name: "properties, no such cluster",
      wasm,
      scenario: scenario({ tcpProxy: { cluster: "nowhere" }, connections }),
    },
    {
      name: "properties, cluster without endpoints",
      wasm,
      scenario: scenario({ clusters: { c1: { endpoints: [] } }, connections }),
    },
    {
      name: "properties, upstream resets",
      wasm,
      scenario: scenario({
        connections: [from(SOURCE, { downstream: "hello" }, { close: "serverReset" })],
      }),
    },
    {
      name: "set property and bad pointers",
      wasm: await probe("setProperty"),
      scenario: scenario({ connections: [from(SOURCE, ...talk), from(SOURCE, ...talk)] }),
    },
  ];
}

async function filterState(): Promise<readonly ParityCase[]> {
  const choose = await probe("choose");
  const chosen = (name: string, cluster: string): ParityCase => ({
    name,
    wasm: choose,
    scenario: scenario({
      plugin: { configuration: cluster },
      clusters: {
        c1: { endpoints: ["10.1.0.1:8080"] },
        c2: { endpoints: ["10.1.0.2:8080"] },
        ["c".repeat(200)]: { endpoints: ["10.1.0.3:8080"] },
      },
      connections: [from(SOURCE, ...talk)],
    }),
  });
  return [
    {
      name: "filter state, every answer",
      wasm: await probe("filterState"),
      scenario: scenario({ connections: [from(SOURCE, ...talk), from("10.0.0.43:9", ...talk)] }),
    },
    chosen("filter state names a cluster", "c2"),
    chosen("filter state names a cluster of 200 bytes", "c".repeat(200)),
    chosen("filter state names an unknown cluster of 300 bytes", "u".repeat(300)),
    chosen("filter state with an empty cluster name", ""),
    chosen("filter state with emoji", "clüster 🎯"),
    {
      name: "filter state does not count with weighted clusters",
      wasm: choose,
      scenario: scenario({
        plugin: { configuration: "c2" },
        tcpProxy: { weightedClusters: [{ name: "c1", weight: 1 }] },
        connections: [from(SOURCE, ...talk)],
      }),
    },
  ];
}

async function traps(): Promise<readonly ParityCase[]> {
  const [plain, named] = [await probe("traps"), await probe("traps", { names: true })];
  const two = [from(SOURCE, ...talk), from("10.0.0.43:51325", ...talk)];
  const trap = (name: string, configuration: string, wasm = plain): ParityCase => ({
    name: `trap: ${name}`,
    wasm,
    scenario: scenario({ plugin: { configuration }, connections: two }),
  });
  const open = (name: string, configuration: string): ParityCase => ({
    name: `trap, fail open: ${name}`,
    wasm: plain,
    scenario: scenario({
      plugin: { configuration, failurePolicy: "FAIL_OPEN" },
      connections: two,
    }),
  });
  const kinds = {
    unreachable: "u",
    "memory out of bounds": "m",
    "divide by zero": "d",
    "remainder by zero": "r",
    "divide overflow": "o",
    "float out of range": "f",
    "null table entry": "t",
    "table index": "i",
    "endless recursion": "s",
  };
  const places = {
    "new connection": "n",
    "downstream data": "d",
    "upstream data": "u",
    configure: "c",
    "VM start": "v",
    "creation of a connection": "x",
    "creation of the plugin": "p",
    log: "l",
    "downstream close": "e",
    done: "k",
    delete: "y",
  };
  return [
    ...Object.entries(kinds).map(([name, kind]) => trap(name, `${kind}n`)),
    ...Object.entries(places).map(([name, place]) => trap(`in ${name}`, `u${place}`)),
    ...Object.entries(places).map(([name, place]) => open(`in ${name}`, `u${place}`)),
    trap("back-trace", "un", named),
    trap("back-trace of a recursion", "sn", named),
    trap("back-trace in configure", "dc", named),
    {
      name: "trap in data while another connection is open",
      wasm: plain,
      scenario: scenario({
        plugin: { configuration: "ud" },
        connections: [
          from(SOURCE, { after: "10ms", close: "client" }),
          { ...from("10.0.0.43:51325", { downstream: "hello" }), at: "1ms" },
          { ...from("10.0.0.44:51326", { after: "20ms", close: "client" }), at: "2ms" },
        ],
      }),
    },
    {
      name: "trap in the allocator",
      wasm: await probe("mallocTrap"),
      scenario: scenario({ connections: two }),
    },
    {
      name: "trap in the allocator, fail open",
      wasm: await probe("mallocTrap"),
      scenario: scenario({ plugin: { failurePolicy: "FAIL_OPEN" }, connections: two }),
    },
  ];
}

async function streams(): Promise<readonly ParityCase[]> {
  const wasm = await probe("streams");
  const control = (
    name: string,
    configuration: string,
    ...connections: ParityCase["scenario"]["connections"]
  ): ParityCase => ({
    name: `streams: ${name}`,
    wasm,
    scenario: scenario({
      plugin: { configuration },
      connections: connections.length > 0 ? connections : [from(SOURCE, ...talk)],
    }),
  });
  const pieces = (direction: "downstream" | "upstream"): ParityCase["scenario"]["connections"] =>
    scenario({
      connections: [
        from(
          SOURCE,
          ...["first", "second", "third"].map((text) =>
            direction === "downstream" ? { downstream: text } : { upstream: text },
          ),
          { close: "client" },
        ),
      ],
    }).connections;
  const overlapping = scenario({
    connections: [
      from(SOURCE, { after: "2ms", downstream: "hello" }, { close: "client" }),
      {
        ...from("10.0.0.43:1", { after: "2ms", downstream: "hi" }, { close: "client" }),
        at: "1ms",
      },
    ],
  }).connections;
  return [
    control("close in new connection", "c"),
    control("close the upstream in new connection", "u"),
    control("close in context create", "x"),
    control("stop for ever", "s"),
    control("stop and continue at once", "n"),
    control("close, then continue", "o"),
    control("continue, then close", "d"),
    control("the second connection resumes the first", "r", ...overlapping),
    control("stop data until 10 bytes", "a", ...pieces("downstream")),
    control("stop upstream data until 10 bytes", "p", ...pieces("upstream")),
    control("close in downstream data", "b"),
    control("close in upstream data", "q"),
    control("edit buffers", "e"),
    control("stream types and contexts", "v"),
  ];
}

async function others(): Promise<readonly ParityCase[]> {
  const connections = [from(SOURCE, ...talk)];
  return [
    {
      name: "host calls of every family",
      wasm: await probe("hostCalls"),
      scenario: scenario({ plugin: { vmId: "host-calls" }, connections }),
    },
    {
      name: "HTTP and gRPC calls, shared data, queues",
      wasm: await probe("network"),
      scenario: scenario({
        plugin: { vmId: "network" },
        connections: [...connections, from("10.0.0.43:1", ...talk)],
      }),
      freshEnvoy: true,
    },
    {
      name: "gRPC call without a target",
      wasm: await probe("grpcDeath"),
      fails: true,
      scenario: scenario({ connections }),
    },
    {
      name: "allocator without memory",
      wasm: await probe("mallocZero"),
      scenario: scenario({ connections: [...connections, ...connections] }),
    },
    {
      name: "allocator that makes host calls",
      wasm: await probe("mallocCalls"),
      fails: true,
      scenario: scenario({ connections: [...connections, ...connections] }),
    },
    {
      name: "WASI with an environment",
      wasm: await probe("wasi"),
      scenario: scenario({
        plugin: { environment: { ZONE: "z", A: "1", HOME: "/", EMPTY: "", ü: "ö", B: "22" } },
        connections,
      }),
    },
    {
      name: "WASI of both names",
      wasm: await probe("wasi"),
      scenario: scenario({ plugin: { vmConfiguration: "vm" }, connections }),
    },
  ];
}

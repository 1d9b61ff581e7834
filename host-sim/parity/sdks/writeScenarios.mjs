// node writeScenarios.mjs FOLDER
// Writes the scenarios of SDKS.md: FOLDER/{any,go,rust,cpp,assemblyscript}/*.json
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node writeScenarios.mjs FOLDER");
  process.exit(2);
}

const clusters = {
  "egress-router1": { endpoints: ["10.1.0.1:8080"] },
  "egress-router2": { endpoints: ["10.1.0.2:8080"] },
  default: { endpoints: ["10.1.0.3:8080"] },
};
const talk = [{ downstream: "hello" }, { upstream: "hi" }, { close: "client" }];
const from = (source, ...steps) => ({ source, destination: "203.0.113.10:443", steps });
const even = (...steps) => from("10.0.0.42:51324", ...steps);
const odd = (...steps) => from("10.0.0.43:51325", ...steps);

/** The second connection comes after the first, or while it is open. */
const twice = [even(...talk), { ...odd(...talk), at: "1ms" }];
const interleaved = [
  even(
    { downstream: "hello" },
    { after: "5ms", upstream: "hi" },
    { after: "5ms", close: "client" },
  ),
  { ...odd(...talk), at: "2ms" },
];

function write(sdk, name, { plugin, ...more }) {
  mkdirSync(join(folder, sdk), { recursive: true });
  const scenario = {
    schema: 1,
    name,
    plugin: { name: "p", vmId: "v", ...plugin },
    tcpProxy: { cluster: "default" },
    clusters,
    ...more,
  };
  writeFileSync(join(folder, sdk, `${name}.json`), `${JSON.stringify(scenario, undefined, 2)}\n`);
}

/** What every module is asked. */
function common(sdk, rootId, configuration) {
  const plugin = { rootId, configuration };
  const play = (name, ...connections) => write(sdk, name, { plugin, connections });
  play("even", even(...talk));
  play("odd", odd(...talk));
  play("unix", { source: "unix:/run/a.sock", destination: "unix:/run/b.sock", steps: talk });
  play("ipv6", {
    source: "[2001:db8::2a]:443",
    destination: "[2001:db8::1]:443",
    steps: talk,
  });
  play("two", ...interleaved);
  for (const close of ["client", "server", "clientReset", "serverReset"]) {
    play(`close-${close}`, even({ downstream: "x" }, { upstream: "y" }, { close }));
  }
  play(
    "data",
    even(
      { downstream: "one" },
      { downstream: "x".repeat(5000) },
      { upstream: "y".repeat(70) },
      { downstream: { base64: "AP/+" } },
      { close: "client" },
    ),
  );
  const changed = (name, change) =>
    write(sdk, name, { plugin: { ...plugin, ...change }, connections: [even(...talk)] });
  changed("vm-configuration", { vmConfiguration: "vm!", environment: { A: "b", CD: "ef" } });
  changed("log-level", { logLevel: "warn" });
  changed("unknown-root", { rootId: "no-such-root" });
  const hello = [even({ downstream: "hello" })];
  const refusing = { endpoints: ["10.1.0.1:8080"], connect: "refuse" };
  write(sdk, "refused-connect", {
    plugin,
    clusters: { ...clusters, "egress-router1": refusing },
    connections: hello,
  });
  write(sdk, "no-cluster", {
    plugin,
    clusters: { default: clusters.default },
    connections: hello,
  });
}

function traps(sdk, rootId, configurations) {
  for (const [where, configuration] of Object.entries(configurations)) {
    for (const failurePolicy of ["FAIL_CLOSED", "FAIL_OPEN"]) {
      const plugin = { rootId, configuration, failurePolicy };
      write(sdk, `trap-${where}-${failurePolicy}-1`, { plugin, connections: twice });
      write(sdk, `trap-${where}-${failurePolicy}-2`, { plugin, connections: interleaved });
    }
  }
}

common("any", "", "");
common("assemblyscript", "add_header", "x");
// The SDK reads a configuration of no bytes out of bounds.
write("assemblyscript", "empty-configuration", {
  plugin: { rootId: "add_header", configuration: "" },
  connections: [even(...talk)],
});

common("rust", "", "");
const rustPlaces = ["new", "downstream", "upstream", "close", "done", "log", "configure"];
traps("rust", "", Object.fromEntries(rustPlaces.map((it) => [it, `panic-${it}`])));
const rust = (name, configuration, ...connections) =>
  write("rust", name, { plugin: { configuration }, connections });
rust("refuse", "refuse");
rust("not-utf8", { bytes: "/w==" });
rust("struct", { struct: { a: 1, b: ["x"] } }, even(...talk));
rust("queue", "queue", ...interleaved);
rust(
  "pause",
  "pause",
  even({ downstream: "resume" }, { downstream: "more" }, { upstream: "x" }, { close: "client" }),
);
rust("pause-close", "pause", even({ downstream: "close" }));
rust(
  "pause-forever",
  "pause",
  even({ downstream: "abc" }, { downstream: "def" }, { close: "client" }),
);
rust(
  "edit",
  "",
  even(
    { downstream: "edit this" },
    { downstream: "hold" },
    { downstream: "edit" },
    { upstream: "u" },
    { downstream: "close" },
  ),
);
rust("dispatch", "", even({ downstream: "dispatch" }, { close: "client" }));

common("cpp", "cpp", "");
const cppPlaces = ["throw", "abort-new", "trap-new", "abort-configure"];
traps("cpp", "cpp", Object.fromEntries(cppPlaces.map((it) => [it, it])));
const cpp = (name, configuration, ...connections) =>
  write("cpp", name, { plugin: { rootId: "cpp", configuration }, connections });
cpp("refuse", "refuse");
cpp("queue", "queue", ...interleaved);
cpp("stop", "stop", even({ downstream: "abc" }, { downstream: "def" }, { close: "client" }));
cpp("replace", "", even({ downstream: "replace" }, { upstream: "u" }, { close: "server" }));
write("cpp", "empty-root", { plugin: { configuration: "" }, connections: [even(...talk)] });

common("go", "", "{}");
const goPlaces = ["new", "downstream", "upstream", "close", "done", "configure"];
const goConfiguration = (panicOn) => JSON.stringify({ panicOn });
traps("go", "", Object.fromEntries(goPlaces.map((it) => [it, goConfiguration(it)])));
const go = (name, plugin, ...connections) => write("go", name, { plugin, connections });
go("bad-json", { configuration: "{" });
go("no-configuration", {}, even(...talk));
go("queue", { configuration: '{"queue":true}' }, ...interleaved);
go(
  "runtime",
  { configuration: "{}" },
  even(
    ...["sleep", "go", "print", "upper"].map((downstream) => ({ downstream })),
    { upstream: "u" },
    { close: "client" },
  ),
);

import { describe, expect, it } from "vitest";
import type { ScenarioDocument } from "wasmerang";
import declare from "../../../../host-sim/parity/probes/declare.wat?raw";
import filterState from "../../../../host-sim/parity/probes/filterState.wat?raw";
import setProperty from "../../../../host-sim/parity/probes/setProperty.wat?raw";
import traps from "../../../../host-sim/parity/probes/traps.wat?raw";
import { eventAt } from "../memoize.ts";
import { partsText } from "../parts.ts";
import { checked, findProblems } from "./findProblems.ts";
import { document, guest, play } from "./testModule.ts";

type Run = Parameters<typeof findProblems>[0];
const problemsOf = (run: Run) =>
  findProblems(run).map((problem) => ({
    ...problem,
    what: partsText(problem.what),
    mend: partsText(problem.mend),
    event: eventAt(run.events, problem.seq),
  }));
const titles = (run: Run) => problemsOf(run).map(({ title }) => title);
/** The problem of this title; fails with the titles that there are. */
function problem(run: Run, title: string) {
  const found = problemsOf(run).find((it) => it.title === title);
  if (found === undefined) throw new Error(`no "${title}" in: ${titles(run).join("; ")}`);
  return found;
}

const set = (cluster: string) =>
  `(drop (call $call_foreign @"set_envoy_filter_state"
     @"\\0a\\17envoy.tcp_proxy.cluster\\12\\${cluster.length.toString(16).padStart(2, "0")}${cluster}"
     (i32.const 0) (i32.const 0)))`;
const onNew = (body: string, result = 0) =>
  `(func (export "proxy_on_new_connection") (param i32) (result i32)
     ${body} (i32.const ${result}))`;
const onData = (body: string, result = 0) =>
  `(func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
     ${body} (i32.const ${result}))`;

async function run(text: string, changes: Partial<ScenarioDocument> = {}) {
  return play(await guest(text), changes);
}
const two = [
  ...document.connections,
  {
    id: "b",
    source: "10.0.0.43:51325",
    destination: "203.0.113.10:443",
    at: "5ms",
    steps: [{ downstream: "hello" as const }, { close: "client" as const }],
  },
];

describe("routing", () => {
  it("finds nothing where the filter routes in time, and names what was checked", async () => {
    expect(problemsOf(await run(onNew(set("egress1"))))).toEqual([]);
    expect(checked.length).toBeGreaterThan(15);
  });
  it("a decision after tcp_proxy looked", async () => {
    const { what, mend, event, severity } = problem(
      await run(onData(set("egress1"))),
      "Decision too late",
    );
    expect(severity).toBe("error");
    expect(event).toMatchObject({ kind: "hostCall", name: "proxy_call_foreign_function" });
    expect(what).toMatch(/= egress1 at #\d+, in proxy_on_downstream_data; Envoy answered Ok/);
    expect(what).toContain("and taken default");
    expect(mend).toContain("Write it in proxy_on_new_connection");
  });
  it("does not call the same traffic escaped", async () => {
    expect(titles(await run(onData(set("egress1"))))).toEqual(["Decision too late"]);
  });
  it("an unknown cluster, with the name that is near", async () => {
    const { what, mend, event } = problem(
      await run(onNew(set("egres1"))),
      "Unknown cluster egres1",
    );
    expect(event).toMatchObject({ kind: "clusterDecision", found: false });
    expect(what).toMatch(/The filter chose egres1 at #\d+; Envoy answers Ok to any name/);
    expect(mend).toContain("Did you mean egress1?");
  });
  it("an unknown cluster of tcp_proxy's own", async () => {
    const { what, mend } = problem(
      await run(onNew(""), { tcpProxy: { cluster: "nothing" } }),
      "Unknown cluster nothing",
    );
    expect(what).toContain("tcp_proxy's own configuration names nothing");
    expect(mend).toContain("default, egress1, refusing");
  });
  it("weighted clusters that ignore the decision", async () => {
    const weighted = { tcpProxy: { weightedClusters: [{ name: "default", weight: 1 }] } };
    const found = await run(onNew(set("egress1")), weighted);
    expect(problem(found, "weighted_clusters ignores the filter's decision").event).toMatchObject({
      kind: "hostCall",
    });
    expect(titles(found)).not.toContain("Traffic escaped to default");
  });
  it("set_property used for routing", async () => {
    const { what, mend } = problem(
      await run(setProperty),
      'set_property("filter_state.envoy.tcp_proxy.cluster") routes nothing',
    );
    expect(what).toContain("under the key wasm.filter_state.envoy.tcp_proxy.cluster");
    expect(mend).toContain("set_envoy_filter_state");
  });
  it("traffic without a decision, once for all connections", async () => {
    const { alsoAt, severity, what } = problem(
      await run(onNew(""), { connections: two }),
      "Traffic escaped to default",
    );
    expect(severity).toBe("warning");
    expect(alsoAt).toHaveLength(1);
    expect(what).toMatch(/^The filter wrote no envoy.tcp_proxy.cluster/);
  });
  it("a cluster that refuses the connection", async () => {
    const { what } = problem(
      await run(onNew(set("refusing"))),
      "Cluster refusing cannot be reached",
    );
    expect(what).toMatch(
      /10\.1\.0\.12:8080 refused the connection at #\d+\. Response flags UF,URX/,
    );
  });
});

describe("names and bytes", () => {
  const get = (path: string) =>
    `(drop (call $get_property @"${path}" (i32.const 0) (i32.const 8)))`;
  it("a mistyped property, with the near one", async () => {
    const { mend } = problem(
      await run(onNew(get("source\\00adress"))),
      "No property source.adress",
    );
    expect(mend).toContain('Did you mean "source\\0address"?');
  });
  it("a property with dots, and one that Envoy has moved", async () => {
    const found = await run(onNew(get("source.address") + get("cluster_name")));
    expect(problem(found, "No property source.address").mend).toContain('"source\\0address"');
    expect(problem(found, "No property cluster_name").what).toContain("xds.cluster_name");
  });
  it("a property that is read too early", async () => {
    const found = await run(onNew(get("upstream\\00address")));
    expect(problem(found, "upstream.address has no value where it is read").what).toContain(
      "there is no upstream connection yet",
    );
  });
  it("says nothing of properties that the filter sets itself", async () => {
    const own = onNew(`(drop (call $set_property @"mine" @"1")) ${get("mine")}`);
    expect(titles(await run(own))).toEqual(["Traffic escaped to default"]);
  });
  it("a mistyped foreign function", async () => {
    const { mend } = problem(await run(filterState), "No foreign function Set_envoy_filter_state");
    expect(mend).toBe("Did you mean set_envoy_filter_state?");
    expect(problem(await run(filterState), "No foreign function no_such_function").mend).toContain(
      "declare_property",
    );
  });
  it("a filter state key that Envoy has no factory for", async () => {
    const found = await run(filterState);
    expect(problem(found, "No filter state key Envoy.tcp_proxy.cluster").mend).toBe(
      "Did you mean envoy.tcp_proxy.cluster?",
    );
    expect(
      problem(found, "No filter state key envoy.tcp_proxy.per_connection_idle_timeout_").mend,
    ).toContain("per_connection_idle_timeout_ms");
  });
  it("an argument that is no protobuf message, and a value that the key refuses", async () => {
    const found = await run(filterState);
    const { alsoAt, what } = problem(found, "Argument is no protobuf message");
    expect(alsoAt.length).toBeGreaterThan(3);
    expect(what).toContain("the bytes are no SetEnvoyFilterStateArguments message");
    expect(problem(found, "Envoy refuses the value for envoy.network.ip").what).toContain('"x"');
  });
  it("a read-only property that is set again", async () => {
    expect(problem(await run(declare), "Property ro is read-only and set").what).toContain(
      "Envoy kept the first value",
    );
  });
});

describe("plugins, VMs and connections that stop", () => {
  it("a pause without an end", async () => {
    const { event, mend } = problem(
      await run(onNew("", 1)),
      "Paused in proxy_on_new_connection and never resumed",
    );
    expect(event).toMatchObject({ kind: "guestExit", returned: 1 });
    expect(mend).toContain("proxy_continue_stream");
    expect(titles(await run(onNew(set("egress1")) + onData("", 1)))).toEqual([
      "Paused in proxy_on_downstream_data and never resumed",
    ]);
  });
  it("no pause where the filter closes instead", async () => {
    expect(titles(await run(onNew("(drop (call $close (i32.const 2)))", 1)))).toEqual([]);
  });
  it("a trap, what it does to later connections, and by which policy", async () => {
    const wasm = await guest(traps);
    const configured = (failurePolicy: "FAIL_CLOSED" | "FAIL_OPEN") =>
      play(wasm, { connections: two, plugin: { configuration: "un", failurePolicy } });
    const closed = configured("FAIL_CLOSED");
    expect(problem(closed, "Trap in proxy_on_new_connection").what).toContain(
      "RuntimeError: unreachable",
    );
    expect(problem(closed, "Connections closed: the VM is dead").event).toMatchObject({
      kind: "accept",
      connection: "b",
    });
    const open = configured("FAIL_OPEN");
    expect(titles(open)).toContain("Connections passed without the filter");
    expect(problem(open, "Traffic escaped to default").mend).toContain("FAIL_CLOSED");
  });
  it("says which call's answer a trap followed", async () => {
    const careless = onNew(`(drop (call $get_property @"none" (i32.const 0) (i32.const 8)))
      (unreachable)`);
    expect(problem(await run(careless), "Trap in proxy_on_new_connection").what).toMatch(
      /Right before, proxy_get_property answered NotFound at #\d+/,
    );
  });
  it("a connection that was open when another one's trap killed the VM", async () => {
    const onlyB = `(global $n (mut i32) (i32.const 0))
      (func (export "proxy_on_new_connection") (param i32) (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (if (i32.eq (global.get $n) (i32.const 2)) (then (unreachable)))
        (i32.const 0))`;
    const [a, b] = two;
    if (!a || !b) throw new Error("two connections");
    const steps = [{ downstream: "hello" }, { downstream: "again", after: "20ms" }];
    expect(titles(await run(onlyB, { connections: [{ ...a, steps }, b] }))).toContain(
      "Open connections lost with the VM",
    );
  });
  it("a refused configuration and a refused module", async () => {
    const no = `(func (export "proxy_on_configure") (param i32 i32) (result i32) (i32.const 0))`;
    expect(problem(await run(no), "Configuration refused").event).toMatchObject({
      kind: "pluginResult",
      accepted: false,
    });
    const { mend } = problem(play(Uint8Array.of(1, 2, 3)), "Module refused");
    expect(mend).toContain("Module view");
  });
  it("a callback that does not return", async () => {
    const { events, ...rest } = await run(onNew(set("egress1")));
    const enter = events.findIndex(
      (it) => it.kind === "guestEnter" && it.callback === "proxy_on_new_connection",
    );
    const hanging = { ...rest, events: events.slice(0, enter + 2), status: "timedOut" as const };
    expect(titles(hanging)).toContain("proxy_on_new_connection never returns");
    expect(titles({ ...hanging, status: "stopped" as never })).toEqual([]);
  });
  it("behaviour that is not modelled", async () => {
    const { severity, what } = problem(
      await run(onNew(`(drop (call $get_property @"xds\\00node" (i32.const 0) (i32.const 8)))`)),
      "get_property: not modelled",
    );
    expect(severity).toBe("warning");
    expect(what).toContain("depends on Envoy's bootstrap or timing and is not modelled");
  });
  it("what kills Envoy", async () => {
    const started = `(module
      (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 1024))
      (func $start (drop (call $log (i32.const 2) (i32.const 0) (i32.const 0))))
      (start $start))`;
    expect(titles(await run(started))).toEqual(["This kills Envoy"]);
  });
});

describe("a status that nobody looks at", () => {
  const bad = `(drop (call $call_foreign @"set_envoy_filter_state" @"\\ff" (i32.const 0) (i32.const 0)))`;
  const ignored = "BadArgument of call_foreign_function ignored";
  it("is a problem where the filter goes on", async () => {
    const { event, what } = problem(await run(onNew(bad)), ignored);
    expect(event).toMatchObject({ kind: "hostCall", status: "BadArgument" });
    expect(what).toContain("it logged no warning, closed nothing and did not stop");
  });
  it.each([
    ["logs a warning", onNew(`${bad} (drop (call $log (i32.const 3) @"failed"))`)],
    ["closes", onNew(`${bad} (drop (call $close (i32.const 2)))`)],
    ["stops", onNew(bad, 1)],
    ["traps", onNew(`${bad} (unreachable)`)],
  ])("is none where it %s", async (_, text) => {
    expect(titles(await run(text))).not.toContain(ignored);
  });
  it("counts an answer that the scenario's faults put in place", async () => {
    const faults = [{ call: "proxy_call_foreign_function", status: "InternalFailure" as const }];
    expect(titles(await run(onNew(set("egress1")), { faults }))).toContain(
      "InternalFailure of call_foreign_function ignored",
    );
  });
});

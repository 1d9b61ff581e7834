import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { compileWat, expandProbe } from "../parity/wat.ts";
import { formatJson } from "../src/formatJson.ts";
import { loadLibraries, type Libraries } from "../src/libraries.ts";
import { readScenario } from "../src/readScenario.ts";
import type { ScenarioDocument } from "../src/scenario.ts";
import { simulate } from "../src/simulate.ts";
import type { ConnectionEnd, HostCall, TraceEvent } from "../src/trace.ts";
import { brokenRules } from "./traceRules.ts";

const prelude = readFileSync(new URL("../parity/probes/prelude.wat", import.meta.url), "utf8");
const probe = (text: string) => compileWat("probe.wat", expandProbe(text, prelude));

const clusters: ScenarioDocument["clusters"] = {
  default: { endpoints: ["10.1.0.10:8080"], echo: true },
  other: { endpoints: ["10.1.0.11:8080"] },
  refusing: { endpoints: ["10.1.0.12:8080"], connect: "refuse" },
  silent: { endpoints: ["10.1.0.13:8080"], connect: "timeout" },
  hostless: { endpoints: [] },
};
const from = { source: "10.0.0.42:51324", destination: "203.0.113.10:443" };

function play(
  wasm: Uint8Array,
  document: Partial<ScenarioDocument>,
  libraries: Libraries = {},
): TraceEvent[] {
  const result = readScenario({ clusters, connections: [], ...document });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const events: TraceEvent[] = [];
  simulate(wasm, result.scenario, (event) => events.push(event), { libraries });
  return events;
}
const ofKind = <K extends TraceEvent["kind"]>(events: readonly TraceEvent[], kind: K) =>
  events.filter((event): event is Extract<TraceEvent, { kind: K }> => event.kind === kind);
const ends = (events: readonly TraceEvent[]): ConnectionEnd[] => ofKind(events, "connectionEnd");
const workerCalls = (events: readonly TraceEvent[], name: string): HostCall[] =>
  ofKind(events, "hostCall").filter((call) => call.vm === "worker" && call.name === name);
const callbacks = (events: readonly TraceEvent[]) =>
  ofKind(events, "guestEnter")
    .filter(({ vm, contextId }) => vm === "worker" && contextId > 1)
    .map(({ callback, args }) => `${callback.replace("proxy_on_", "")}(${args.join(",")})`);

let passive: Uint8Array;
let router: Uint8Array;
beforeAll(async () => {
  passive = await probe("");
  // Routes by the last byte of what get_property answers: to `other` where it is even.
  router = await probe(`
    (func (export "proxy_on_new_connection") (param i32) (result i32)
      (drop (call $get_property @"source\\00address" (i32.const 16) (i32.const 24)))
      (if (i32.eqz (i32.and (i32.load8_u
            (i32.sub (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 24))) (i32.const 1)))
            (i32.const 1)))
        (then (drop (call $call_foreign @"set_envoy_filter_state"
          @"\\0a\\17envoy.tcp_proxy.cluster\\12\\05other" (i32.const 0) (i32.const 0)))))
      (i32.const 0))`);
});

describe("a connection", () => {
  it("goes to the cluster that the filter wrote, and says which call decided", () => {
    const events = play(router, { connections: [from] });
    const [decision] = ofKind(events, "clusterDecision");
    const [call] = workerCalls(events, "proxy_call_foreign_function");
    expect(decision).toMatchObject({ cluster: "other", by: "filterState", fallback: "default" });
    expect(decision?.decidedBy).toBe(call?.seq);
    expect(call?.effects).toMatchObject([
      { kind: "filterStateChange", key: "envoy.tcp_proxy.cluster" },
    ]);
  });

  it("goes to tcp_proxy's own cluster without filter state", () => {
    const [decision] = ofKind(play(passive, { connections: [from] }), "clusterDecision");
    expect(decision).toMatchObject({ cluster: "default", by: "cluster", found: true });
  });

  it("ignores filter state under weighted clusters", () => {
    const tcpProxy = { weightedClusters: [{ name: "default", weight: 1 }] };
    const [decision] = ofKind(play(router, { tcpProxy, connections: [from] }), "clusterDecision");
    expect(decision).toMatchObject({ cluster: "default", by: "weightedClusters" });
  });

  it.each([
    ["nowhere", { flags: "NC", closeReason: "tcp_initializion_failure:3" }],
    ["hostless", { flags: "UH", closeReason: "tcp_initializion_failure:1" }],
    ["refusing", { flags: "UF,URX", closeReason: "tcp_initializion_failure:0" }],
    ["silent", { flags: "UF,URX", at: 5e9 }],
  ])("to the cluster %s ends with its flags", (cluster, expected) => {
    const events = play(passive, {
      tcpProxy: { cluster },
      connections: [{ ...from, steps: [{ downstream: "hello" }] }],
    });
    expect(ends(events)).toMatchObject([expected]);
    expect(callbacks(events)).not.toContain("downstream_data(2,5,0)");
    expect(callbacks(events).slice(-4)).toEqual([
      "downstream_connection_close(2,1)",
      "done(2)",
      "log(2)",
      "delete(2)",
    ]);
  });

  it("gives bytes that waited for the upstream as one read", () => {
    const silentThenOpen = play(passive, {
      connections: [{ ...from, steps: [{ downstream: "he" }, { downstream: "llo" }] }],
    });
    expect(callbacks(silentThenOpen)).toContain("downstream_data(2,2,0)");
    expect(callbacks(silentThenOpen)).toContain("downstream_data(2,3,0)");
  });

  it.each([
    ["v1" as const, "10.0.0.42:51324", "PROXY TCP4 10.0.0.42 203.0.113.10 51324 443\r\n"],
    [
      "v2" as const,
      "10.0.0.42:51324",
      "\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c\x0a\0\0\x2a\xcb\0\x71\x0a\xc8\x7c\x01\xbb",
    ],
  ])("announces itself by PROXY protocol %s", (proxyProtocol, source, header) => {
    const announcing = { default: { endpoints: ["10.1.0.10:8080"], proxyProtocol } };
    const events = play(passive, { clusters: announcing, connections: [{ ...from, source }] });
    const bytes = ofKind(events, "upstreamConnect")[0]?.proxyProtocol ?? [];
    expect(String.fromCharCode(...bytes)).toBe(header);
  });

  it("that nobody closes is open at the end", () => {
    expect(ends(play(passive, { connections: [from] }))).toMatchObject([{ closedBy: "open" }]);
  });

  it("is idle for an hour: tcp_proxy closes it", () => {
    const events = play(passive, {
      connections: [{ ...from, steps: [{ downstream: "x" }, { after: "2h", downstream: "late" }] }],
    });
    expect(ends(events)).toMatchObject([
      { closedBy: "envoy", closeReason: "tcp_session_idle_timeout", at: 3600e9 },
    ]);
    expect(ofKind(events, "stepSkipped")).toMatchObject([
      { step: 1, reason: "the connection is closed" },
    ]);
  });
});

describe("a trap", () => {
  const first = { ...from, id: "first" };
  const second = { ...from, id: "second", at: "1ms" };

  it.each([
    ["FAIL_CLOSED" as const, "closed", undefined],
    ["FAIL_OPEN" as const, "skipped", "default"],
  ])("under %s: the next connection is %s", async (failurePolicy, filter, cluster) => {
    const trapping = await probe(
      `(func (export "proxy_on_new_connection") (param i32) (result i32) unreachable)`,
    );
    const events = play(trapping, { plugin: { failurePolicy }, connections: [first, second] });
    expect(ofKind(events, "trap")).toMatchObject([
      { callback: "proxy_on_new_connection", message: "Uncaught RuntimeError: unreachable" },
    ]);
    expect(ofKind(events, "accept")[1]).toMatchObject({ filter });
    expect(ends(events).find(({ connection }) => connection === "second")?.cluster).toBe(cluster);
  });
});

describe("what kills Envoy is said, not served", () => {
  it("a host call from the start section", async () => {
    const module = await probe(`(func $s (drop (call $log (i32.const 2) @"x"))) (start $s)`);
    expect(play(module, {}).at(-1)).toMatchObject({ kind: "envoyDies" });
  });

  it("a queue that feeds itself", async () => {
    const module = await probe(`
      (func (export "proxy_on_configure") (param i32 i32) (result i32)
        (drop (call $register @"q" (i32.const 16)))
        (drop (call $enqueue (i32.load (i32.const 16)) @"x"))
        (i32.const 1))
      (func (export "proxy_on_queue_ready") (param i32 i32)
        (drop (call $enqueue (local.get 1) @"x")))`);
    const last = play(module, { connections: [from] }).at(-1);
    expect(last).toMatchObject({ kind: "envoyDies" });
    expect(last?.kind === "envoyDies" ? last.how : "").toContain("worker hangs");
  }, 60_000);

  it("a gRPC call without a service", async () => {
    const module = await probe(`
(import "env" "proxy_grpc_call" (func $grpc (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
      (func (export "proxy_on_new_connection") (param i32) (result i32)
        (drop (call $grpc (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
          (i32.const 16)))
        (i32.const 0))`);
    const events = play(module, { connections: [from] }, await loadLibraries(module));
    expect(events.at(-1)).toMatchObject({ kind: "envoyDies" });
  });
});

describe("faults", () => {
  it("put a status in place of the nth call, and say so", () => {
    const events = play(router, {
      connections: [from, { ...from, at: "1ms" }],
      faults: [{ call: "proxy_call_foreign_function", nth: 2, status: "InternalFailure" }],
    });
    const calls = workerCalls(events, "proxy_call_foreign_function");
    expect(calls.map(({ status, injected }) => [status, injected])).toEqual([
      ["Ok", undefined],
      ["InternalFailure", true],
    ]);
    expect(ends(events).map(({ cluster }) => cluster)).toEqual(["other", "default"]);
  });

  it("put a value in place of the host's", () => {
    const faults = [{ call: "proxy_get_property", nth: 1, value: "odd: 3" }];
    const events = play(router, { connections: [from], faults });
    expect(workerCalls(events, "proxy_get_property")[0]).toMatchObject({
      status: "Ok",
      injected: true,
      results: [{ name: "value", value: { length: 6 } }],
    });
    expect(ends(events)).toMatchObject([{ cluster: "default" }]);
  });

  it("put a result in place of a callback's, or trap it", () => {
    const faults = [{ call: "proxy_on_new_connection", nth: 1, return: 1 }];
    const stopped = play(router, { connections: [from], faults });
    expect(ends(stopped)).toMatchObject([{ closedBy: "open" }]);
    const trap = [{ call: "proxy_on_new_connection", nth: 1, trap: true as const }];
    expect(ofKind(play(router, { connections: [from], faults: trap }), "trap")).toMatchObject([
      { injected: true },
    ]);
  });
});

describe("time", () => {
  it("is virtual: ticks come while there is something to wait for, on the worker and the main thread", async () => {
    const ticking = await probe(`
      (func (export "proxy_on_configure") (param i32 i32) (result i32)
        (drop (call $tick (i32.const 100))) (i32.const 1))
      (func (export "proxy_on_tick") (param i32) (drop (call $log (i32.const 2) @"tick")))`);
    const events = play(ticking, { connections: [{ ...from, at: "350ms" }] });
    const ticks = ofKind(events, "guestEnter").filter(
      ({ callback }) => callback === "proxy_on_tick",
    );
    expect(ticks.map(({ vm, at }) => [vm, at / 1e6])).toEqual([
      ["main", 100],
      ["worker", 100],
      ["main", 200],
      ["worker", 200],
      ["main", 300],
      ["worker", 300],
    ]);
  });
});

const step = fc.oneof(
  fc.record({
    after: fc.constantFrom("0ms", "1ms", "7ms"),
    downstream: fc.string({ maxLength: 9 }),
  }),
  fc.record({ after: fc.constantFrom("0ms", "3ms"), upstream: fc.string({ maxLength: 9 }) }),
);
const closing = fc.record({
  after: fc.constantFrom("0ms", "2ms"),
  close: fc.constantFrom(
    "client" as const,
    "server" as const,
    "clientReset" as const,
    "serverReset" as const,
  ),
});
const scenario: fc.Arbitrary<Partial<ScenarioDocument>> = fc.record({
  tcpProxy: fc.record({
    cluster: fc.constantFrom("default", "refusing", "silent", "hostless", "nope"),
  }),
  connections: fc.array(
    fc
      .record({
        at: fc.constantFrom("0ms", "1ms", "5ms"),
        source: fc.constantFrom(
          "10.0.0.42:1",
          "10.0.0.43:2",
          "[2001:db8::7]:3",
          "unix:/run/x.sock",
        ),
        destination: fc.constant("203.0.113.10:443"),
        steps: fc.array(step, { maxLength: 4 }),
        end: fc.option(closing),
      })
      .map(({ end, steps, ...rest }) => ({ ...rest, steps: end ? [...steps, end] : steps })),
    { maxLength: 4 },
  ),
  faults: fc.array(
    fc.oneof(
      fc.record({
        call: fc.constantFrom("proxy_get_property", "proxy_call_foreign_function"),
        nth: fc.integer({ min: 1, max: 3 }),
        status: fc.constantFrom("NotFound" as const, "InternalFailure" as const),
      }),
      fc.record({
        call: fc.constantFrom(
          "proxy_on_new_connection",
          "proxy_on_downstream_data",
          "proxy_on_log",
        ),
        nth: fc.integer({ min: 1, max: 3 }),
        trap: fc.constant(true as const),
      }),
      fc.record({
        call: fc.constantFrom("proxy_on_new_connection", "proxy_on_upstream_data"),
        nth: fc.integer({ min: 1, max: 3 }),
        return: fc.integer({ min: 0, max: 2 }),
      }),
    ),
    { maxLength: 2 },
  ),
});

describe("any scenario", () => {
  it("gives a trace that keeps the rules, and the same one twice", () => {
    fc.assert(
      fc.property(scenario, (document) => {
        const once = play(router, document);
        expect(brokenRules(once)).toEqual([]);
        const twice = play(router, document);
        expect(twice.map((event) => formatJson(event))).toEqual(
          once.map((event) => formatJson(event)),
        );
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

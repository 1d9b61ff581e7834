import { describe, expect, it } from "vitest";
import { checked, type ParityCase } from "../parity/cases/case.ts";
import { generatedCases } from "../parity/cases/generated.ts";
import { generator, pick } from "../parity/cases/generator.ts";
import { pacedClock } from "../parity/clock.ts";
import { compare, type Simulation } from "../parity/compare.ts";
import { complaints } from "../parity/failing.ts";
import { proxyHeader, proxyHeaderLength } from "../parity/proxyHeader.ts";
import type { Recording } from "../parity/recordScenario.ts";
import { createReport } from "../parity/report.ts";
import { rewrite } from "../parity/rewrite.ts";
import { compileWat, expandProbe } from "../parity/wat.ts";
import { parseAddress } from "../src/address.ts";
import type { TraceEvent } from "../src/trace.ts";

const scenario = checked({
  clusters: { c1: { endpoints: ["10.0.0.1:80"] } },
  tcpProxy: { cluster: "c1" },
  connections: [{ id: "a", source: "10.0.0.42:1", destination: "10.0.0.1:2" }],
});

const recording: Recording = {
  scenario,
  outcome: "accepted",
  reason: undefined,
  lines: ["one", "two"],
  mainLines: ["zero"],
  late: false,
  stats: new Map([["tcp.outbound.downstream_cx_total", 1n]]),
  connections: [
    {
      id: "a",
      rank: 0,
      open: false,
      clientReceived: Buffer.from("hi"),
      upstreamReceived: Buffer.from("hello"),
      upstreamHeader: Buffer.from("PROXY"),
      access: {
        scenario: "s",
        connection: 2,
        source: "10.0.0.42:1",
        cluster: "c1",
        host: "127.100.100.100:30000",
        flags: "UF,URX",
        received: 5,
        sent: 2,
        closeType: "Normal",
        closeReason: undefined,
        picked: undefined,
      },
    },
  ],
};

const base = { at: 0, vm: "worker", contextId: 2, connection: "a" } as const;
const events: readonly TraceEvent[] = [
  {
    ...base,
    seq: 0,
    kind: "upstreamConnect",
    cluster: "c1",
    result: "connected",
    proxyProtocol: Buffer.from("PROXY"),
  },
  { ...base, seq: 1, kind: "pluginResult", accepted: true },
  { ...base, seq: 2, kind: "forward", to: "upstream", bytes: Buffer.from("hel"), endStream: false },
  { ...base, seq: 3, kind: "forward", to: "upstream", bytes: Buffer.from("lo"), endStream: false },
  { ...base, seq: 4, kind: "forward", to: "downstream", bytes: Buffer.from("hi"), endStream: true },
  {
    ...base,
    seq: 5,
    kind: "connectionEnd",
    cluster: "c1",
    upstreamHost: "127.100.100.100:30000",
    flags: "URX,UF",
    bytesReceived: 5,
    bytesSent: 2,
    closedBy: "client",
  },
];
const simulation: Simulation = {
  events,
  lines: ["one\ntwo"],
  mainLines: ["zero"],
  stats: recording.stats,
};
const endWith = (change: object): Simulation => ({
  ...simulation,
  events: events.map((it) => (it.kind === "connectionEnd" ? { ...it, ...change } : it)),
});

describe("compare", () => {
  it("finds nothing where all is equal; flags are a set, a message may be two lines", () => {
    expect(compare(recording, simulation)).toEqual([]);
  });

  it("shows the first line that differs, with what stands around it", () => {
    const [difference, ...rest] = compare(recording, { ...simulation, lines: ["one", "2", "3"] });
    expect(rest).toEqual([]);
    expect(difference?.what).toBe("trace");
    expect(difference?.envoy).toBe("     1 one\n>    2 two");
    expect(difference?.simulator).toBe("     1 one\n>    2 2\n     3 3");
  });

  it("notices missing and additional lines at the end", () => {
    expect(compare(recording, { ...simulation, lines: ["one"] })[0]?.simulator).toContain("(end)");
    expect(compare(recording, { ...simulation, lines: ["one", "two", "x"] })).toHaveLength(1);
  });

  it("compares the main thread", () => {
    const what = compare(recording, { ...simulation, mainLines: [] }).map((it) => it.what);
    expect(what).toEqual(["main thread"]);
  });

  it.each([
    [{ cluster: "c2" }, "cluster"],
    [{ upstreamHost: undefined }, "upstreamHost"],
    [{ flags: "-" }, "flags"],
    [{ bytesReceived: 6 }, "received"],
    [{ bytesSent: 6 }, "sent"],
    [{ closeReason: "x" }, "closeReason"],
    [{ closedBy: "open" }, "open"],
  ])("compares the access log: %j", (change, name) => {
    expect(compare(recording, endWith(change)).map((it) => it.what)).toEqual([
      `connection a: ${name}`,
    ]);
  });

  it("compares the PROXY header", () => {
    const none = { ...simulation, events: events.filter((it) => it.kind !== "upstreamConnect") };
    expect(compare(recording, none).map((it) => it.what)).toEqual(["connection a: proxyHeader"]);
  });

  it("compares the bytes that arrived", () => {
    const fewer = { ...simulation, events: events.filter((it) => it.seq !== 3) };
    expect(compare(recording, fewer).map((it) => it.what)).toEqual(["connection a: toUpstream"]);
  });

  it("compares statistics of both sides", () => {
    const stats = new Map([["wasmcustom.x", 2n]]);
    expect(compare(recording, { ...simulation, stats })).toEqual([
      { what: "statistic tcp.outbound.downstream_cx_total", envoy: "1", simulator: "0" },
      { what: "statistic wasmcustom.x", envoy: "0", simulator: "2" },
    ]);
  });

  it("compares the outcome first", () => {
    const refused = { ...recording, outcome: "refused", reason: "because" } as const;
    const [difference] = compare(refused, simulation);
    expect(difference).toMatchObject({ envoy: "refused: because", simulator: "accepted" });
    expect(compare(recording, { ...simulation, events: [] })[0]?.simulator).toBe("no result");
  });

  it("does not compare what a tear-down changes", () => {
    const [connection] = recording.connections;
    if (!connection) throw new Error("no connection");
    const open = { ...recording, connections: [{ ...connection, open: true }] };
    expect(compare(open, endWith({ closedBy: "open", flags: "-", bytesSent: 0 }))).toEqual([]);
  });
});

describe("report", () => {
  const known = [{ case: "x", what: "trace", reason: "since" }];
  const difference = { what: "trace", envoy: "1", simulator: "2" };

  it("fails on an unknown difference and prints both sides", () => {
    const printed: string[] = [];
    const report = createReport([], (line) => printed.push(line));
    report.compared("x", recording, [difference]);
    report.compared("y", recording, []);
    expect(report.finish(true)).toBe(false);
    expect(printed.at(-1)).toBe("1 passed, 1 failed");
    expect(printed.join("\n")).toContain("2 scenarios, 2 connections, 4 trace lines");
  });

  it("names and counts what differed only once, and passes", () => {
    const printed: string[] = [];
    const report = createReport([], (line) => printed.push(line));
    report.onlyOnce("x", [difference]);
    report.compared("x", recording, []);
    expect(report.finish(true)).toBe(true);
    expect(printed.at(-1)).toBe("1 passed (1 only when played again), 0 failed");
    expect(printed.join("\n")).toContain("~ x: differed once");
    expect(report.counts()).toEqual({ passed: 1, failed: 0, skipped: 0, retried: 1 });
  });

  it("counts a known difference, and fails on one that is none any more", () => {
    const printed: string[] = [];
    const report = createReport(known, (line) => printed.push(line));
    report.compared("x", recording, [difference]);
    expect(report.finish(true)).toBe(true);
    expect(printed.join("\n")).toContain("1 known differences");
    expect(createReport(known, () => undefined).finish(true)).toBe(false);
    expect(createReport(known, () => undefined).finish(false)).toBe(true);
  });
});

describe("PROXY header", () => {
  const header = (source: string, destination: string): string | undefined => {
    const [from, to] = [parseAddress(source), parseAddress(destination)];
    return from && to && proxyHeader(from, to)?.toString("hex");
  };
  const signature = "0d0a0d0a000d0a515549540a";

  it("says IPv4 and IPv6", () => {
    expect(header("10.0.0.42:51324", "203.0.113.10:443")).toBe(
      `${signature}2111000c0a00002acb00710ac87c01bb`,
    );
    expect(header("[2001:db8::2a]:1", "[::ffff:10.0.0.1]:2")).toBe(
      `${signature}21210024` +
        "20010db800000000000000000000002a" +
        "00000000000000000000ffff0a000001" +
        "00010002",
    );
  });

  it("ends where its length says, or with its line", () => {
    const v2 = Buffer.from(`${signature}2111000c0a00002acb00710ac87c01bb`, "hex");
    expect(proxyHeaderLength(Buffer.concat([v2, Buffer.from("hello")]))).toBe(28);
    expect(proxyHeaderLength(v2.subarray(0, 27))).toBeUndefined();
    const v1 = "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n";
    expect(proxyHeaderLength(Buffer.from(`${v1}GET /\r\n`))).toBe(v1.length);
    expect(proxyHeaderLength(Buffer.from("PROXY TCP4 10.0"))).toBeUndefined();
    expect(proxyHeaderLength(Buffer.from("hello\r\n"))).toBe(0);
  });

  it("has no words for two versions, a zone or a path", () => {
    expect(header("10.0.0.42:1", "[::1]:2")).toBeUndefined();
    expect(header("[fe80::1%3]:1", "[::1]:2")).toBeUndefined();
    expect(header("[::]:1", "[::1]:2")).toBeUndefined();
    expect(header("10.0.0.1:1", "224.0.0.1:2")).toBeUndefined();
    expect(header("unix:/run/x.sock", "unix:/run/x.sock")).toBeUndefined();
  });
});

describe("rewrite", () => {
  const backends = {
    endpointOf: async () => ({ host: "127.100.100.100", port: 30000 }),
    silentEndpoint: async () => ({ host: "127.100.100.250", port: 30001 }),
    arrange: async () => undefined,
    upstreams: () => [],
    activity: () => 0,
    close: () => undefined,
  };
  const input = { run: 1, folder: "/tmp/x", backends };

  it("gives the scenario endpoints of ours, an environment entry and the trace level", async () => {
    const result = await rewrite(scenario, { ...input, run: 7 });
    if (!result.ok) throw new Error(result.reason);
    expect(result.scenario.clusters["c1"]?.endpoints).toEqual(["127.100.100.100:30000"]);
    expect(result.scenario.plugin.environment).toEqual({ PARITY_RUN: "00007" });
    expect(result.scenario.plugin.logLevel).toBe("trace");
  });

  it("gives all plugins the same entry, so that they share a VM as before", async () => {
    const plugins = [{ name: "a" }, { name: "b", environment: { X: "1" } }];
    const result = await rewrite({ ...checked({ plugins, clusters: {}, connections: [] }) }, input);
    expect(result.ok && result.scenario.plugins?.map((it) => it.environment)).toEqual([
      { PARITY_RUN: "00001" },
      { X: "1", PARITY_RUN: "00001" },
    ]);
  });

  it("puts a ClientHello in front where there are server names, and says so", async () => {
    const connections = scenario.connections.map((it) => ({ ...it, serverName: "example.org" }));
    const result = await rewrite({ ...scenario, connections }, input);
    expect(result).toMatchObject({ change: expect.stringContaining("with a ClientHello") });
    const [first] = result.ok ? result.scenario.connections : [];
    expect(first).toHaveProperty("serverName", "example.org");
    expect(first?.steps).toHaveLength((scenario.connections[0]?.steps.length ?? 0) + 1);
  });

  it.each([
    ["a connection has none", {}, [{ serverName: "example.org" }, {}]],
    ["there are early data", { maxEarlyDataBytes: 5 }, [{ serverName: "example.org" }]],
    ["it is empty", {}, [{ serverName: "" }]],
  ])("leaves out server names where %s, and says so", async (_, more, names) => {
    const [connection] = scenario.connections;
    if (!connection) throw new Error("no connection");
    const connections = names.map((name) => ({ ...connection, ...name }));
    const tcpProxy = { ...scenario.tcpProxy, ...more };
    const result = await rewrite({ ...scenario, tcpProxy, connections }, input);
    expect(result).toMatchObject({ change: expect.stringContaining("without serverName") });
    expect(result.ok && result.scenario.connections[0]).not.toHaveProperty("serverName");
  });

  it("gives a Unix connection a socket of ours", async () => {
    const path = "unix:/run/x.sock";
    const unix = checked({ clusters: {}, connections: [{ source: path, destination: path }] });
    const result = await rewrite(unix, input);
    expect(result).toMatchObject({
      scenario: {
        connections: [{ source: "unix:/tmp/x/00001.sock", destination: "unix:/tmp/x/00001.sock" }],
      },
    });
  });

  it("says what it cannot play", async () => {
    const mixed = { source: "10.0.0.1:1", destination: "[::1]:2" };
    const bad = checked({ clusters: {}, connections: [mixed] });
    expect(await rewrite(bad, input)).toMatchObject({ ok: false });
  });
});

describe("paced scenarios", () => {
  it("keep their gaps after a step that came late", async () => {
    const { until } = pacedClock();
    await until(2e6);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const settled = performance.now();
    await until(6e6);
    expect(performance.now() - settled).toBeGreaterThanOrEqual(4);
  });
});

describe("probes", () => {
  it("turn a text into its address and length, equal texts into one place", async () => {
    const text = expandProbe('(func (call $f @"a\\00b") (call $f @"x") (call $f @"a\\00b"))', "");
    expect(text).toContain("(call $f (i32.const 65536) (i32.const 3))");
    expect(text).toContain("(call $f (i32.const 65540) (i32.const 1))");
    expect(text.match(/\(data/g)).toHaveLength(2);
  });

  it("keep the prelude's default unless they define that export, and put imports first", () => {
    const prelude =
      ';; default a\n(func (export "a"))\n;; end\n;; default b\n(func (export "b"))\n;; end\n';
    const text = expandProbe('(func (export "b") (nop))\n(import "m" "f" (func $f))', prelude);
    expect(text.match(/export "a"/g)).toHaveLength(1);
    expect(text.match(/export "b"/g)).toHaveLength(1);
    expect(text.indexOf("import")).toBeLessThan(text.indexOf("export"));
  });

  it("compile, and name the line where they do not", async () => {
    expect((await compileWat("ok.wat", "(module)")).length).toBe(8);
    await expect(compileWat("bad.wat", "(module (func (unknown)))")).rejects.toThrow("bad.wat:1");
  });
});

describe("generated cases", () => {
  const first = async (count: number, seed: number): Promise<readonly ParityCase[]> => {
    const cases: ParityCase[] = [];
    for await (const it of generatedCases(count, seed)) cases.push(it);
    return cases;
  };

  it("are the same for the same seed, and others for another", async () => {
    expect(await first(20, 3)).toEqual(await first(20, 3));
    expect(await first(20, 3)).not.toEqual(await first(20, 4));
  });

  it("choose everything there is to choose from", () => {
    const random = generator(1);
    const seen = new Set(Array.from({ length: 200 }, () => pick(random, ["a", "b", "c"])));
    expect(seen.size).toBe(3);
  });
});

describe("the alarm for cases that prove nothing", () => {
  const trap = { ...base, seq: 0, kind: "trap", callback: "proxy_on_new_connection" } as const;
  const failed = [{ ...trap, message: "unreachable" }] as unknown as readonly TraceEvent[];
  const what = (
    it: Pick<ParityCase, "fails">,
    expected: Pick<ParityCase["scenario"], "expect"> = {},
    of = failed,
  ): readonly string[] =>
    complaints({ ...it, scenario: { ...scenario, ...expected } }, of).map(({ envoy }) => envoy);

  it("reports a guest that fails by mistake, and one that should and does not", () => {
    expect(what({})).toEqual(["worker: unreachable"]);
    expect(what({ fails: true }, {}, [])).toEqual(["nothing fails"]);
    expect(what({}, { expect: { plugin: "refused" } }, [])).toEqual(["nothing fails"]);
  });

  it("is quiet where the case or its scenario says so", () => {
    expect(what({ fails: true })).toEqual([]);
    expect(what({ fails: "perhaps" })).toEqual([]);
    expect(what({}, { expect: { plugin: "refused" } })).toEqual([]);
    expect(what({}, {}, [])).toEqual([]);
  });
});

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { traceEventSchema } from "../cli/traceSchema.ts";
import { formatEnvoy } from "../src/formatEnvoy.ts";
import { formatJson } from "../src/formatJson.ts";
import { formatText } from "../src/formatText.ts";
import { formatTrace } from "../src/formatTrace.ts";
import { readScenario } from "../src/readScenario.ts";
import type { Scenario } from "../src/scenario.ts";
import type { HostCall, TraceEvent, VmName } from "../src/trace.ts";

const bytes = (value: string) => new TextEncoder().encode(value);

/** An event without what `trace` fills in. */
type Draft = TraceEvent extends infer Event
  ? Event extends TraceEvent
    ? Omit<Event, "seq" | "at" | "vm" | "contextId"> & Partial<Pick<Event, "at" | "vm">>
    : never
  : never;

/** Numbers the events from 1. */
function trace(...drafts: Draft[]): TraceEvent[] {
  return drafts.map((draft, index) => {
    const event = { seq: index + 1, at: 0, vm: "worker", contextId: 2, ...draft };
    return event as TraceEvent;
  });
}

const enter = (callback: string, args: number[], more: object = {}) =>
  ({ kind: "guestEnter", callback, args, ...more }) as Draft;
const exit = (callback: string, of: number, returned?: number, more: object = {}) =>
  ({
    kind: "guestExit",
    callback,
    enter: of,
    ...(returned === undefined ? {} : { returned }),
    ...more,
  }) as Draft;
const call = (name: string, words: (number | bigint)[], more: Partial<HostCall>) =>
  ({
    kind: "hostCall",
    module: "env",
    name,
    words,
    args: [],
    results: [],
    effects: [],
    ended: "returned",
    ...more,
  }) as Draft;
const refused = (vm: VmName): Draft =>
  ({ kind: "pluginResult", accepted: false, stage: "configure", reason: "why", vm }) as Draft;

const decision = trace(
  {
    kind: "accept",
    source: "10.0.0.42:51324",
    destination: "203.0.113.10:443",
    connectionId: 4,
    filter: "present",
    connection: "a",
  },
  enter("proxy_on_new_connection", [2], { connection: "a" }),
  call("proxy_get_property", [1056, 14, 1084, 1088], {
    parent: 2,
    connection: "a",
    returned: 0,
    status: "Ok",
    args: [
      {
        name: "path",
        value: { kind: "propertyPath", pointer: 1056, length: 14, bytes: bytes("source\0address") },
      },
      { name: "value", value: { kind: "out", pointers: [1084, 1088] } },
    ],
    results: [
      {
        name: "value",
        value: { kind: "bytes", pointer: 5216, length: 15, bytes: bytes("10.0.0.42:51324") },
      },
    ],
    effects: [
      {
        kind: "propertyRead",
        path: ["source", "address"],
        type: "string",
        value: bytes("10.0.0.42:51324"),
      },
    ],
  }),
  { kind: "allocation", callback: "malloc", size: 15, pointer: 5216, parent: 3, connection: "a" },
  call("proxy_log", [2, 32768, 5], {
    parent: 2,
    connection: "a",
    returned: 0,
    status: "Ok",
    args: [
      { name: "level", value: { kind: "enum", number: 2, name: "info" } },
      {
        name: "message",
        value: { kind: "string", pointer: 32768, length: 5, bytes: bytes("hello") },
      },
    ],
  }),
  {
    kind: "log",
    level: "info",
    line: "wasm log p r v: hello",
    message: "hello",
    shown: true,
    parent: 5,
    connection: "a",
  },
  call("proxy_call_foreign_function", [1, 2], {
    parent: 2,
    connection: "a",
    returned: 0,
    status: "Ok",
    effects: [
      {
        kind: "filterStateChange",
        key: "envoy.tcp_proxy.cluster",
        value: bytes("egress1"),
        span: "FilterChain",
      },
    ],
  }),
  exit("proxy_on_new_connection", 2, 0, { connection: "a" }),
  {
    kind: "clusterDecision",
    cluster: "egress1",
    by: "filterState",
    decidedBy: 7,
    found: true,
    fallback: "default",
    connection: "a",
  },
  {
    kind: "upstreamConnect",
    cluster: "egress1",
    host: "10.1.0.11:8080",
    result: "connected",
    connection: "a",
    at: 1500000,
  },
  {
    kind: "forward",
    to: "upstream",
    bytes: bytes("hi"),
    endStream: true,
    connection: "a",
    at: 1500000,
  },
  {
    kind: "connectionEnd",
    cluster: "egress1",
    upstreamHost: "10.1.0.11:8080",
    flags: "-",
    bytesReceived: 2,
    bytesSent: 0,
    closedBy: "client",
    connection: "a",
    at: 2000000,
  },
);

function scenario(): Scenario {
  const result = readScenario({
    name: "even",
    clusters: { egress1: { endpoints: ["10.1.0.11:8080"] } },
    connections: [{ id: "a", source: "10.0.0.42:51324", destination: "203.0.113.10:443" }],
  });
  if (!result.ok) throw new Error("the scenario of this test is wrong");
  return result.scenario;
}

describe("the format of Envoy", () => {
  it("nests allocations and logs between a host call's lines", () => {
    expect(formatEnvoy(decision)).toEqual([
      "[host->vm] proxy_on_new_connection(2)",
      "[vm->host] env.proxy_get_property(1056, 14, 1084, 1088)",
      "[host->vm] malloc(15)",
      "[host<-vm] malloc return: 5216",
      "[vm<-host] env.proxy_get_property return: 0",
      "[vm->host] env.proxy_log(2, 32768, 5)",
      "wasm log p r v: hello",
      "[vm<-host] env.proxy_log return: 0",
      "[vm->host] env.proxy_call_foreign_function(1, 2)",
      "[vm<-host] env.proxy_call_foreign_function return: 0",
      "[host<-vm] proxy_on_new_connection return: 0",
    ]);
  });

  it("prints integers unsigned and the lack of a result as void", () => {
    const events = trace(
      enter("_initialize", []),
      call("proxy_increment_metric", [-1, -2n], { parent: 1, returned: -1 }),
      call("proc_exit", [3], { parent: 1, module: "wasi_unstable" }),
      exit("_initialize", 1),
      enter("proxy_on_done", [2]),
      exit("proxy_on_done", 5, -1),
    );
    expect(formatEnvoy(events)).toEqual([
      "[host->vm] _initialize()",
      "[vm->host] env.proxy_increment_metric(4294967295, 18446744073709551614)",
      "[vm<-host] env.proxy_increment_metric return: 4294967295",
      "[vm->host] wasi_unstable.proc_exit(3)",
      "[vm<-host] wasi_unstable.proc_exit return: void",
      "[host<-vm] _initialize return: void",
      "[host->vm] proxy_on_done(2)",
      "[host<-vm] proxy_on_done return: 4294967295",
    ]);
  });

  it("leaves out the return of what did not return", () => {
    const restricted = trace(
      enter("_start", []),
      call("proxy_get_property", [1], { parent: 1, ended: "trapped" }),
      {
        kind: "trap",
        callback: "_start",
        enter: 1,
        message: "Uncaught Error: restricted_callback",
        frames: [{ functionIndex: 3, offset: 9 }],
      },
    );
    expect(formatEnvoy(restricted)).toEqual([
      "[host->vm] _start()",
      "[vm->host] env.proxy_get_property(1)",
      "Function: _start failed: Uncaught Error: restricted_callback",
    ]);
    const hangs = trace(
      enter("proxy_on_tick", [1]),
      call("proxy_log", [0], { parent: 1, ended: "never" }),
    );
    expect(formatEnvoy(hangs)).toEqual([
      "[host->vm] proxy_on_tick(1)",
      "[vm->host] env.proxy_log(0)",
    ]);
  });

  it("goes on in the guest after a trap in its allocator", () => {
    const events = trace(
      enter("proxy_on_new_connection", [2]),
      call("proxy_get_property", [1], { parent: 1, returned: 6 }),
      { kind: "allocation", callback: "malloc", size: 15, parent: 2 },
      {
        kind: "trap",
        callback: "malloc",
        enter: 3,
        message: "Uncaught RuntimeError: unreachable",
        frames: [],
        parent: 2,
      },
      exit("proxy_on_new_connection", 1, 0),
    );
    expect(formatEnvoy(events)).toEqual([
      "[host->vm] proxy_on_new_connection(2)",
      "[vm->host] env.proxy_get_property(1)",
      "[host->vm] malloc(15)",
      "Function: malloc failed: Uncaught RuntimeError: unreachable",
      "[vm<-host] env.proxy_get_property return: 6",
      "[host<-vm] proxy_on_new_connection return: 0",
    ]);
  });

  it("nests a callback that a host call makes", () => {
    const events = trace(
      enter("proxy_on_tick", [1]),
      call("proxy_call_foreign_function", [1], { parent: 1, returned: 0 }),
      enter("envoy_on_resolve_dns", [1, 0, 9], { parent: 2 }),
      exit("envoy_on_resolve_dns", 3, undefined, { parent: 2 }),
      exit("proxy_on_tick", 1),
    );
    expect(formatEnvoy(events)).toEqual([
      "[host->vm] proxy_on_tick(1)",
      "[vm->host] env.proxy_call_foreign_function(1)",
      "[host->vm] envoy_on_resolve_dns(1, 0, 9)",
      "[host<-vm] envoy_on_resolve_dns return: void",
      "[vm<-host] env.proxy_call_foreign_function return: 0",
      "[host<-vm] proxy_on_tick return: void",
    ]);
  });

  it("prints at most 20 frames, only where the module has names", () => {
    const frames = Array.from({ length: 30 }, (_, index) => ({
      functionIndex: index,
      offset: 0x3c9 + index,
      ...(index === 0 ? { name: "r" } : {}),
    }));
    const lines = formatEnvoy(
      trace(enter("f", []), {
        kind: "trap",
        callback: "f",
        enter: 1,
        message: "m",
        frames,
        backtrace: true,
      }),
    );
    expect(lines.slice(1, 5)).toEqual([
      "Function: f failed: m",
      "Proxy-Wasm plugin in-VM backtrace:",
      "  0:  0x3c9 - r",
      "  1:  0x3ca - unknown(function index:1)",
    ]);
    expect(lines).toHaveLength(23);
    expect(lines.at(-1)).toBe(" 19:  0x3dc - unknown(function index:19)");
  });

  it("shows the worker only; of a refused plugin the main thread", () => {
    const start = (vm: VmName): Draft[] => [enter(`start_${vm}`, [], { vm })];
    const all = trace(...start("base"), ...start("canary"), ...start("main"), ...start("worker"));
    expect(formatEnvoy(all)).toEqual(["[host->vm] start_worker()"]);
    expect(formatEnvoy(all, "canary")).toEqual(["[host->vm] start_canary()"]);
    const broken = trace(...start("base"), ...start("canary"), refused("canary"), {
      kind: "log",
      level: "critical",
      line: "Plugin p failed to load",
      shown: true,
      vm: "base",
    });
    expect(formatEnvoy(broken)).toEqual([
      "[host->vm] start_base()",
      "[host->vm] start_canary()",
      "Plugin p failed to load",
    ]);
  });

  it("leaves out lines below the log level", () => {
    const log = (shown: boolean): Draft => ({
      kind: "log",
      level: "debug",
      line: String(shown),
      shown,
    });
    expect(formatEnvoy(trace(log(true), log(false)))).toEqual(["true"]);
  });
});

describe("the text format", () => {
  it("tells the decision", () => {
    expect(formatText(decision, scenario())).toMatchInlineSnapshot(`
      "even (Envoy 1.40, plugin wasmerang)

      worker VM
           0ms  a  accept 10.0.0.42:51324 -> 203.0.113.10:443
           0ms  a  proxy_on_new_connection(context: 2) = 0 Continue
           0ms  a    proxy_get_property(path: source.address) = Ok, value: "10.0.0.42:51324"
           0ms  a      malloc(15) = 5216
           0ms  a    proxy_log(level: info, message: "hello") = Ok
           0ms  a      [info] wasm log p r v: hello
           0ms  a    proxy_call_foreign_function() = Ok
           0ms  a      filter state envoy.tcp_proxy.cluster := "egress1" (FilterChain)
           0ms  a  cluster egress1, by the filter state envoy.tcp_proxy.cluster, instead of default
         1.5ms  a  upstream egress1 10.1.0.11:8080: connected
         1.5ms  a  forward to upstream "hi" FIN
           2ms  a  end: cluster egress1, upstream 10.1.0.11:8080, flags -, received 2 B, sent 0 B, closed by client

      outcome
        a  10.0.0.42:51324 -> cluster egress1, upstream 10.1.0.11:8080, flags -, received 2 B, sent 0 B, closed by client
      "
    `);
  });

  it("keeps a log line on one line", () => {
    const log: Draft = { kind: "log", level: "warn", line: 'a\n"b"\0\u001b[31m', shown: false };
    expect(formatText(trace(log), scenario())).toContain(
      '[warn] a\\n"b"\\u0000\\u001b[31m (below the log level: dropped)\n',
    );
  });

  it("tells traps, refusals and what is not modelled", () => {
    const text = formatText(
      trace(
        enter("proxy_on_configure", [1, 3], { vm: "canary" }),
        call("proxy_get_header_map_pairs", [9], {
          parent: 1,
          vm: "canary",
          returned: 2,
          status: "BadArgument",
          note: "no such map",
          notModelled: true,
          args: [{ name: "key", value: { kind: "bytes", pointer: 99, length: 8 } }],
        }),
        {
          kind: "trap",
          callback: "proxy_on_configure",
          enter: 1,
          message: "Uncaught RuntimeError: unreachable",
          frames: [{ functionIndex: 7, offset: 255, name: "abort" }],
          vm: "canary",
        },
        refused("canary"),
      ),
      scenario(),
    );
    expect(text).toMatchInlineSnapshot(`
      "even (Envoy 1.40, plugin wasmerang)

      canary VM
           0ms     proxy_on_configure(context: 1, configuration_size: 3) = trap
           0ms       proxy_get_header_map_pairs(key: <8 bytes at 99: outside of the guest's memory>) = BadArgument NOT MODELLED -- no such map
           0ms     TRAP in proxy_on_configure: Uncaught RuntimeError: unreachable
           0ms       at abort (0xff)
           0ms     plugin REFUSED at configure: why
      "
    `);
  });
});

describe("the JSON format", () => {
  it("keeps bytes, i64 and every field", () => {
    const value = Uint8Array.from({ length: 5000 }, (_, index) => index & 255);
    const [event] = trace(
      call("proxy_record_metric", [4, -5n], {
        args: [
          { name: "value", value: { kind: "i64", bigint: -5n } },
          { name: "data", value: { kind: "bytes", pointer: 1, length: 5000, bytes: value } },
        ],
        returned: 0,
        connection: "a",
      }),
    );
    if (!event) throw new Error("no event");
    const line = formatJson(event);
    expect(line).not.toContain("\n");
    const read = JSON.parse(line) as Record<string, never>;
    expect(read).toMatchObject({ seq: 1, vm: "worker", words: [4, "-5"], connection: "a" });
    const args = read["args"] as unknown as {
      value: { bigint?: string; bytes?: { base64: string } };
    }[];
    expect(args[0]?.value.bigint).toBe("-5");
    expect(Buffer.from(args[1]?.value.bytes?.base64 ?? "", "base64")).toEqual(Buffer.from(value));
  });

  it("fits its schema, event by event", () => {
    for (const event of decision) v.parse(traceEventSchema, JSON.parse(formatJson(event)));
    expect(v.safeParse(traceEventSchema, { ...decision[0], seq: "1" }).success).toBe(false);
  });

  it("is one line an event", () => {
    const lines = formatTrace("json", decision, scenario()).split("\n");
    expect(lines).toHaveLength(decision.length + 1);
    expect(lines.at(-1)).toBe("");
    expect(formatTrace("envoy", [], scenario())).toBe("");
  });
});

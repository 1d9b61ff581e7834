/** Random host calls for the scripted guest: sensible operands, odd ones, and pointers to nowhere. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hostcall } from "../../src/hostcalls/define.ts";
import { packageRoot } from "../cases/case.ts";
import { pick, type Random } from "../cases/generator.ts";
import { type CallbackName, type Operand, text } from "./program.ts";

/** Words that the guest logs, and words that it does not: they differ from run to run. */
const SHOWN = [0, 8, 16] as const;
export const HIDDEN = { time: 128, cas: 132, token: 136, scratch: 144 } as const;
const OUTSIDE = -4;
const MEMORY_END = 16 * 65_536;
/** Ranges at the edges of the guest's memory and of 32 bits, as address and length. */
const EDGES = [
  [MEMORY_END, 0],
  [MEMORY_END - 1, 1],
  [MEMORY_END - 1, 2],
  [MEMORY_END, 1],
  [0, 0],
  [0, 0x7fffffff],
  [0, -1],
  [-1, 0],
  [-1, 1],
  [-1, 2],
  [0x7fffffff, 1],
  [16, -16],
] as const;
const IOVECS = 192;
const NOT_NULL = 4;
/** No shared data has been written so often. */
const WRONG_CAS = 77_777_777;
/** Of a result: outside of the memory, wholly or in part. */
const BAD_ADDRESSES = [OUTSIDE, OUTSIDE, MEMORY_END, MEMORY_END - 3, -1, 0x7fffffff];
const AN_HOUR = 3_600_000;

/** Paths that probes/properties.wat reads. */
const paths = [
  ...readFileSync(join(packageRoot, "parity", "probes", "properties.wat"), "utf8").matchAll(
    /\$property @"((?:[^"\\]|\\.)*)"/g,
  ),
].map(([, path = ""]) => path.replaceAll("\\00", "\0"));

const message = (path: string, value: string, span?: number): Operand => ({
  bytes: [...field(1, path), ...field(2, value), ...(span === undefined ? [] : [24, span])],
});
const field = (number: number, value: string): number[] => {
  const bytes = [...Buffer.from(value)];
  return [number * 8 + 2, bytes.length, ...bytes];
};
const CLUSTER_KEY = "envoy.tcp_proxy.cluster";
export const setCluster = (cluster: string): Operand => message(CLUSTER_KEY, cluster);

const filterStates: readonly Operand[] = [
  ...["c1", "c2", "c2", "dead", "empty", "nowhere"].map((it) => message(CLUSTER_KEY, it)),
  message(CLUSTER_KEY, "c1", 2),
  message("envoy.tcp_proxy.per_connection_idle_timeout_ms", "0"),
  message("envoy.tcp_proxy.per_connection_idle_timeout_ms", "soon"),
  message("envoy.network.upstream_server_name", "example.org"),
  message("no.such.key", "x"),
  text("no message"),
  { bytes: [] },
];

/** Name, NUL, value, NUL after a table of their sizes (proxy-wasm "serialized map"). */
export function pairs(...list: readonly (readonly [string, string])[]): Operand {
  const table = Buffer.alloc(4 + list.length * 8);
  table.writeUInt32LE(list.length);
  list.forEach(([name, value], i) => {
    table.writeUInt32LE(name.length, 4 + i * 8);
    table.writeUInt32LE(value.length, 8 + i * 8);
  });
  return { bytes: [...table, ...list.flatMap(([n, v]) => [...Buffer.from(`${n}\0${v}\0`)])] };
}
const maps: readonly Operand[] = [
  { bytes: [] },
  pairs(),
  pairs(["a", "b"]),
  pairs([":path", "/"], [":method", "GET"], [":authority", "host"]),
];

/** A field of any message; lengths and tags fit into one byte. */
const raw = (tag: number, value: string | readonly number[]): number[] => [
  tag,
  value.length,
  ...(typeof value === "string" ? Buffer.from(value) : value),
];

/** Arguments of the other foreign functions, and what no parser takes. */
const foreignArguments: readonly Operand[] = [
  // declare_property: name, read-only, type, schema, span
  { bytes: raw(10, "a") },
  { bytes: [...raw(10, "a"), 16, 1] },
  { bytes: [...raw(10, "key"), 24, 1, 40, 2] },
  { bytes: [...raw(10, "wide"), 24, 0x80, 0x80, 0x80, 0x80, 0x10] },
  { bytes: [...raw(10, "far"), 40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1] },
  { bytes: [...raw(10, "twice"), ...raw(10, "a")] },
  { bytes: raw(10, [0xc3, 0x28]) },
  { bytes: [10, 5, 97] },
  { bytes: [11, 8, 1, 12, ...raw(10, "a")] },
  { bytes: [11, 8, 1] },
  { bytes: [0x8a, 0x00, 1, 97] },
  { bytes: [8, 1, 13, 1, 2, 3, 4, ...raw(82, "unknown")] },
  // expr_create and expr_evaluate, expr_delete
  ...["1 + 1", "source.port", "'a' +", "unset", "filter_state['wasm.a']", "a", "foo(1)"].map(text),
  ...[0, 1, 2].map((token): Operand => ({ bytes: [token, 0, 0, 0] })),
  { bytes: [0, 0, 0] },
  // uncompress
  { bytes: [0x78, 0x9c, 0x4b, 0x04, 0, 0, 0x62, 0, 0x62] },
  { bytes: [0x78, 0x9c, 3, 0, 0, 0, 0, 1] },
  { bytes: [0x78, 0x9c, 0xff] },
];

const metricNames = [
  "m1",
  "m2",
  "m.three",
  "",
  "a b",
  "\u00fc",
  "m1",
  ".",
  "a..b",
  "x".repeat(300),
];

/** Bytes by the parameter's name, with the function's name in front where that is needed. */
const pools: Readonly<Record<string, readonly Operand[]>> = {
  path: paths.map(text),
  "proxy_set_property.path": ["", "a", "a\0b", "source\0address"].map(text),
  function: [
    ...["set_envoy_filter_state", "set_envoy_filter_state", "declare_property", "expr_create"],
    ...["expr_evaluate", "expr_delete", "uncompress", "clear_route_cache", "verify_signature"],
    ...["sign", "nothing", "", "Declare_property", "expr_create "],
  ].map(text),
  arguments: [...filterStates, ...foreignArguments],
  service: [text("nope")],
  cluster: ["nope", "", "empty"].map(text),
  headers: maps,
  trailers: maps,
  pairs: maps,
  initialMetadata: maps,
  vmId: ["", "other"].map(text),
  "proxy_register_shared_queue.name": ["q1", "q2"].map(text),
  "proxy_resolve_shared_queue.name": ["q1", "q2", "q3"].map(text),
  "proxy_define_metric.name": metricNames.map(text),
  key: ["k1", "k2", ""].map(text),
};
const ANY_TEXT = ["", "v", "value", "two\nlines", "ü\0", "x".repeat(200)].map(text);

/** Numbers by the parameter's name. */
const numbers: Readonly<Record<string, readonly Operand[]>> = {
  fd: [1, 2, 1, 2, 0, 3, -1],
  to: [1, 2, 5],
  iovs: [IOVECS, IOVECS, IOVECS + 8, OUTSIDE],
  iovsLength: [0, 1, 2, 3],
  environ: [0x90000, OUTSIDE],
  argv: [0x90000],
  in: [IOVECS],
  out: [0x90000],
  nsubscriptions: [0, 1],
  context: [0, 1, 2, 3, 4, 99],
  cas: [0, 0, { at: HIDDEN.cas }, WRONG_CAS],
  token: [{ at: HIDDEN.token }, { at: HIDDEN.token }, -1],
  tokenPointer: [SHOWN[0], OUTSIDE],
  timeout: [5000, 0, -1],
  metric: [4, 4, 5, 5, 6, 6, 7, 8, 9, 12, 4000],
  period: [0, AN_HOUR],
  clock: [0, 1, 2],
  time: [HIDDEN.time, OUTSIDE],
  "random_get.buffer": [HIDDEN.scratch, OUTSIDE],
  "random_get.length": [0, 8, 32, 65537],
  "environ_get.buffer": [0x90100, OUTSIDE],
  "proxy_grpc_send.token": [0, 1, 2, 3, 6],
  "proxy_grpc_cancel.token": [0, 1, 2, 3, 6],
  "proxy_grpc_close.token": [0, 1, 2, 3, 6],
};
const ANY_NUMBER = [0, 1, 2, 3, 7, 100, 65535, -1];
/** Plain words of WASI functions that are addresses of results. */
const WASI_RESULTS = new Set(
  "nwritten count size argc resolution nevents stat newOffset nread offset prestat opened accepted outFlags".split(
    " ",
  ),
);
const METRIC_VALUES = [1, 5, 0, -1, 1_000_000];

/**
 * What must not be called anywhere, or not in a plugin's callbacks: those run on two threads at
 * once, which share data and queues.
 */
export function mayCall({ name, coverage }: Hostcall, where: CallbackName): boolean {
  if (coverage === "notModelled") return false;
  // Would call itself for ever.
  if (where === "queueReady" && name === "proxy_enqueue_shared_queue") return false;
  return isStreamCallback(where) || !/shared_(data|queue)|metric/.test(name);
}

export const isStreamCallback = (where: CallbackName): boolean =>
  !["createPlugin", "vmStart", "configure"].includes(where);

export function randomOperands(random: Random, hostcall: Hostcall): Operand[] {
  const { name, params, results, module } = hostcall;
  if (name === "proxy_set_buffer_bytes") return bufferEdit(random);
  const operands: Operand[] = [];
  for (const [param, kind] of Object.entries(params)) {
    const pool = numbers[`${name}.${param}`] ?? numbers[param];
    switch (kind.kind) {
      case "enum":
        operands.push(name.includes("buffer") ? bufferType(random) : number(random, kind.max));
        break;
      case "i64":
        operands.push(pick(random, METRIC_VALUES));
        break;
      case "u32":
        if (pool) operands.push(pick(random, pool));
        else if (module === "wasi" && WASI_RESULTS.has(param)) operands.push(address(random, 0));
        else operands.push(pick(random, ANY_NUMBER));
        break;
      default:
        if (random(25) === 0) operands.push(OUTSIDE, 16);
        else if (random(25) === 0) operands.push(...pick(random, EDGES));
        else operands.push(pick(random, pools[`${name}.${param}`] ?? pools[param] ?? ANY_TEXT));
    }
  }
  let shown = 0;
  for (const [result, { kind }] of Object.entries(results)) {
    const hidden = result === "time" ? HIDDEN.time : (HIDDEN as Record<string, number>)[result];
    const usual = hidden ?? SHOWN[shown++] ?? 0;
    // At 0 a foreign function's result is not wanted, and no room is asked for.
    const place = name === "proxy_call_foreign_function" && random(4) > 0 ? NOT_NULL : usual;
    operands.push(address(random, place));
    if (kind === "bytesOut") operands.push(address(random, SHOWN[shown++] ?? 0));
  }
  return operands;
}

const address = (random: Random, usual: number): number =>
  random(16) === 0 ? pick(random, BAD_ADDRESSES) : usual;

const number = (random: Random, max: number): number =>
  max > 100 ? random(4) : random(12) === 0 ? max + 1 : random(max + 1);

/** CallData (8) seldom: it may be a dangling pointer, and then reading it kills Envoy. */
const bufferType = (random: Random): number =>
  random(30) === 0 ? 8 : pick(random, [2, 2, 2, 3, 3, 3, 0, 1, 4, 5, 6, 7, 9]);

function bufferEdit(random: Random): Operand[] {
  const isOdd = random(20) === 0;
  const bytes = isOdd ? pick(random, [[OUTSIDE, 3], ...EDGES]) : [pick(random, ANY_TEXT)];
  return [
    random(4) === 0 ? bufferType(random) : 2 + random(2),
    pick(random, [0, 0, 0, 1, 5, 9999, -1, 0x7fffffff]),
    pick(random, [0, 0, 1, 3, -1, 0x7fffffff]),
    ...bytes,
  ];
}

/**
 * The JSON form of the trace as a schema, for trace.schema.json. The compiler holds it equal to the
 * types of trace.ts; see the last lines.
 */
import * as v from "valibot";
import {
  LogLevel,
  Status,
  type JsonOf,
  type LogLevelName,
  type StatusName,
  type TraceEvent,
} from "../src/index.ts";

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const bytes = v.object({ base64: text });
/** An i64, in decimal. */
const i64 = v.pipe(text, v.regex(/^-?\d+$/));
const maybe = v.exactOptional;

const base = {
  seq: v.pipe(count, v.description("Counts up from 1")),
  at: v.pipe(count, v.description("Nanoseconds of virtual time since the start")),
  vm: v.picklist(["base", "canary", "main", "worker"]),
  contextId: v.pipe(count, v.description("0 = VM, 1 = plugin, 2 and up = connections")),
  connection: maybe(text),
  parent: maybe(v.pipe(count, v.description("seq of the call during which this happened"))),
};

const decoded = v.union([
  v.object({ kind: v.literal("number"), number: v.number() }),
  v.object({ kind: v.literal("i64"), bigint: i64 }),
  v.object({ kind: v.literal("enum"), number: v.number(), name: text }),
  v.object({
    kind: v.picklist(["bytes", "string", "propertyPath"]),
    pointer: count,
    length: count,
    bytes: maybe(bytes),
  }),
  v.object({ kind: v.literal("out"), pointers: v.array(count) }),
]);
const named = v.array(v.object({ name: text, value: decoded }));

const effect = v.union([
  v.object({
    kind: v.literal("propertyRead"),
    path: v.array(text),
    type: maybe(text),
    value: maybe(bytes),
    absent: maybe(text),
  }),
  v.object({
    kind: v.literal("filterStateChange"),
    key: text,
    before: maybe(bytes),
    value: bytes,
    span: v.picklist(["FilterChain", "DownstreamRequest", "DownstreamConnection"]),
  }),
]);

const injected = maybe(v.literal(true));
const frame = v.object({ functionIndex: count, offset: count, name: maybe(text) });

export const traceEventSchema = v.variant("kind", [
  v.object({ ...base, kind: v.literal("guestEnter"), callback: text, args: v.array(v.number()) }),
  v.object({
    ...base,
    kind: v.literal("guestExit"),
    callback: text,
    enter: count,
    returned: maybe(v.number()),
    injected,
  }),
  v.object({
    ...base,
    kind: v.literal("hostCall"),
    module: text,
    name: text,
    words: v.array(v.union([v.number(), i64])),
    args: named,
    returned: maybe(v.number()),
    status: maybe(v.picklist(Object.keys(Status) as StatusName[])),
    results: named,
    effects: v.array(effect),
    note: maybe(text),
    notModelled: maybe(v.literal(true)),
    injected,
    ended: v.picklist(["returned", "trapped", "never"]),
  }),
  v.object({
    ...base,
    kind: v.literal("allocation"),
    callback: text,
    size: count,
    pointer: maybe(count),
  }),
  v.object({
    ...base,
    kind: v.literal("log"),
    level: v.picklist(Object.keys(LogLevel) as LogLevelName[]),
    line: text,
    message: maybe(text),
    shown: v.boolean(),
  }),
  v.object({
    ...base,
    kind: v.literal("trap"),
    callback: text,
    enter: count,
    message: text,
    frames: v.array(frame),
    backtrace: v.exactOptional(v.literal(true)),
    injected,
  }),
  v.object({
    ...base,
    kind: v.literal("pluginResult"),
    accepted: v.boolean(),
    stage: maybe(v.picklist(["load", "link", "start", "vmStart", "configure"])),
    reason: maybe(text),
  }),
  v.object({
    ...base,
    kind: v.literal("accept"),
    source: text,
    destination: text,
    connectionId: count,
    filter: v.picklist(["present", "skipped", "closed"]),
    note: maybe(text),
  }),
  v.object({
    ...base,
    kind: v.literal("clusterDecision"),
    cluster: text,
    by: v.picklist(["filterState", "cluster", "weightedClusters"]),
    decidedBy: maybe(count),
    found: v.boolean(),
    fallback: maybe(text),
  }),
  v.object({
    ...base,
    kind: v.literal("upstreamConnect"),
    cluster: text,
    host: maybe(text),
    result: v.picklist(["connected", "refused", "timeout", "noHost"]),
    proxyProtocol: maybe(bytes),
  }),
  v.object({
    ...base,
    kind: v.literal("forward"),
    to: v.picklist(["upstream", "downstream"]),
    bytes,
    endStream: v.boolean(),
  }),
  v.object({
    ...base,
    kind: v.literal("streamAction"),
    action: v.picklist(["continue", "close"]),
    askedBy: count,
    reason: maybe(text),
  }),
  v.object({ ...base, kind: v.literal("stepSkipped"), step: count, reason: text }),
  v.object({
    ...base,
    kind: v.literal("connectionEnd"),
    cluster: maybe(text),
    upstreamHost: maybe(text),
    flags: text,
    bytesReceived: count,
    bytesSent: count,
    closedBy: v.picklist(["client", "server", "filter", "envoy", "open"]),
    closeReason: maybe(text),
    note: maybe(text),
  }),
  v.object({ ...base, kind: v.literal("envoyDies"), how: text }),
]);

type InSchema = v.InferOutput<typeof traceEventSchema>;
type InTrace = JsonOf<TraceEvent>;
/** Fails to compile when trace.ts and this schema part ways. */
type Equal<A extends B, B extends C, C = A> = A | B | C;
export type TraceEventJson = Equal<InSchema, InTrace>;

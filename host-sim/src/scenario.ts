/**
 * A scenario: one JSON document that the page edits, a link carries, the command line runs and real
 * Envoy replays. This file is its only definition; types, checks and JSON Schema come from it.
 */
import * as v from "valibot";
import { parseAddress } from "./address.ts";
import { parseDuration } from "./duration.ts";
import { LogLevel, Status } from "./abi.ts";
import { parseIp } from "./ip.ts";

const text = v.string("must be a text");
const flag = v.boolean("must be true or false");

const address = v.pipe(
  text,
  v.check(
    (value) => parseAddress(value) !== undefined,
    "not an IP address and port. Example: 10.0.0.42:51324, [2001:db8::2a]:443 or unix:/run/x.sock",
  ),
  v.description("IP address and port, or unix:/path"),
);
const endpoint = v.pipe(
  text,
  v.check(
    (value) => parseAddress(value) !== undefined,
    "not an IP address and port. Example: 10.1.0.11:8080",
  ),
);
const ip = v.pipe(
  text,
  v.check((value) => parseIp(value) !== undefined, "not an IP address. Example: 10.0.0.1"),
);
const duration = v.pipe(
  text,
  v.check(
    (value) => parseDuration(value) !== undefined,
    "not a duration. Example: 5ms, 1.5s, 200us, 2m",
  ),
  v.description("A duration of virtual time, such as 5ms or 1.5s"),
);
const base64 = v.pipe(
  text,
  v.regex(
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    "not base64: letters, digits, + and / in groups of four, padded with =",
  ),
);
const bytes = v.union(
  [text, v.strictObject({ base64 })],
  'must be a text (sent as UTF-8) or {"base64": "..."}',
);
const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number("must be a number"),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
};

const configuration = v.union(
  [
    text,
    v.strictObject({ struct: v.record(v.string(), v.any()) }),
    v.strictObject({ bytes: base64 }),
  ],
  'must be a text, {"struct": {...}} or {"bytes": "<base64>"}',
);

export const failurePolicies = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"] as const;
const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, `must be one of ${values.join(", ")}`);

const plugin = v.strictObject({
  name: v.optional(text, "wasmerang"),
  rootId: v.optional(text, ""),
  vmId: v.optional(text, ""),
  configuration: v.optional(configuration),
  vmConfiguration: v.optional(configuration, ""),
  environment: v.optional(v.record(v.string(), text), {}),
  failurePolicy: v.optional(oneOf(failurePolicies), "FAIL_CLOSED"),
  /** Under FAIL_RELOAD: Envoy's reload_config.backoff.base_interval. */
  reloadBackoff: v.optional(duration, "1s"),
  /** Envoy's capability_restriction_config: other host calls and callbacks are off. Empty: all are on. */
  allowedCapabilities: v.optional(v.array(text, "must be a list of host calls and callbacks"), []),
  logLevel: v.optional(oneOf(Object.keys(LogLevel) as (keyof typeof LogLevel)[]), "info"),
});

const listener = v.strictObject({
  address: v.optional(address, "0.0.0.0:15001"),
  name: v.optional(text, "outbound"),
  direction: v.optional(oneOf(["UNSPECIFIED", "INBOUND", "OUTBOUND"]), "UNSPECIFIED"),
});

const tcpProxy = v.pipe(
  v.strictObject({
    cluster: v.optional(text),
    weightedClusters: v.optional(
      v.pipe(
        v.array(v.strictObject({ name: text, weight: wholeNumber(1, 4294967295) })),
        v.minLength(1, "must hold at least one cluster"),
      ),
    ),
    maxEarlyDataBytes: v.optional(wholeNumber(0, 1048576)),
    idleTimeout: v.optional(duration),
    /** Envoy's `max_downstream_connection_duration`: how long a connection may last at most. */
    maxConnectionDuration: v.optional(
      v.pipe(
        duration,
        v.check((it) => (parseDuration(it) ?? 0) >= 1e6, "must be at least 1ms, as in Envoy"),
      ),
    ),
    maxConnectAttempts: v.optional(wholeNumber(1, 4294967295), 1),
  }),
  v.check(
    (it) => (it.cluster === undefined) !== (it.weightedClusters === undefined),
    "needs exactly one of cluster and weightedClusters",
  ),
);

const cluster = v.strictObject({
  endpoints: v.array(endpoint, "must be a list of addresses"),
  connect: v.optional(oneOf(["accept", "refuse", "timeout"]), "accept"),
  connectTimeout: v.optional(duration, "5s"),
  proxyProtocol: v.optional(oneOf(["v1", "v2"])),
  echo: v.optional(flag, false),
});

const after = v.optional(duration, "0ms");
const steps = {
  downstream: v.strictObject({ after, downstream: bytes }),
  upstream: v.strictObject({ after, upstream: bytes }),
  close: v.strictObject({
    after,
    close: oneOf(["client", "server", "clientReset", "serverReset"]),
  }),
};
const step = v.union(
  [steps.downstream, steps.upstream, steps.close],
  'must be {"downstream": BYTES}, {"upstream": BYTES} or {"close": "client"}, each with an optional "after"',
);

const connection = v.strictObject({
  id: v.optional(v.pipe(text, v.minLength(1, "must not be empty"))),
  at: v.optional(duration, "0ms"),
  source: address,
  destination: address,
  serverName: v.optional(text),
  steps: v.optional(v.array(step, "must be a list of steps"), []),
  expect: v.optional(
    v.strictObject({
      cluster: v.optional(v.nullable(text)),
      flags: v.optional(text),
      trap: v.optional(flag),
    }),
  ),
});

const fault = v.pipe(
  v.strictObject({
    call: text,
    nth: v.optional(wholeNumber(1, 4294967295), 1),
    status: v.optional(oneOf(Object.keys(Status) as (keyof typeof Status)[])),
    value: v.optional(bytes),
    return: v.optional(wholeNumber(0, 4294967295)),
    trap: v.optional(v.literal(true, "must be true")),
  }),
  v.check(
    (it) =>
      [it.status, it.value, it.return, it.trap].filter((what) => what !== undefined).length === 1,
    "needs exactly one of status, value, return and trap",
  ),
);

const namedText = v.array(
  v.strictObject({ name: v.pipe(text, v.minLength(1, "must not be empty")), value: text }),
  'must be a list of {"name": "...", "value": "..."}',
);
/** `reset` and `silence` come instead of the reply, `cutOff` after its headers. */
export const httpFailures = ["reset", "silence", "cutOff"] as const;
const httpReply = v.strictObject({
  after: v.optional(duration, "0ms"),
  status: v.optional(wholeNumber(200, 599), 200),
  headers: v.optional(namedText, []),
  body: v.optional(bytes, ""),
  trailers: v.optional(namedText, []),
  failure: v.optional(oneOf(httpFailures)),
});

/** `reset` and `silence` come instead of the reply, `cutOff` instead of its trailers. */
const grpcReply = v.pipe(
  v.strictObject({
    /** What sets it off. With `eachMessage` every message of the guest is answered by the next one. */
    when: v.optional(oneOf(["start", "eachMessage", "end"]), "end"),
    after: v.optional(duration, "0ms"),
    initialMetadata: v.optional(namedText, []),
    messages: v.optional(v.array(bytes, "must be a list of messages"), []),
    grpcStatus: v.optional(wholeNumber(0, 16), 0),
    grpcMessage: v.optional(text, ""),
    trailingMetadata: v.optional(namedText, []),
    /** Status and metadata come in the headers, and nothing else comes. */
    trailersOnly: v.optional(flag, false),
    failure: v.optional(oneOf(httpFailures)),
  }),
  v.check(
    (it) => !it.trailersOnly || (it.initialMetadata.length === 0 && it.messages.length === 0),
    "trailersOnly leaves no place for initialMetadata and messages",
  ),
);
const byCluster = <const T extends typeof httpReply | typeof grpcReply>(reply: T) =>
  v.record(
    v.string(),
    v.pipe(
      v.array(reply, "must be a list of replies"),
      v.minLength(1, "must hold at least one reply"),
    ),
  );

export const scenarioSchema = v.strictObject({
  $schema: v.optional(text),
  schema: v.optional(v.literal(1, "this version reads schema 1"), 1),
  name: v.optional(text, ""),
  envoy: v.optional(v.literal("1.40", "only Envoy 1.40 is modelled"), "1.40"),
  seed: v.optional(wholeNumber(0, 4294967295), 1),
  startTime: v.optional(
    v.pipe(
      text,
      v.check(
        (value) => !Number.isNaN(Date.parse(value)) && Date.parse(value) >= 0,
        "not a time. Example: 2026-01-01T00:00:00Z",
      ),
    ),
    "2026-01-01T00:00:00Z",
  ),
  plugin: v.optional(plugin, {}),
  plugins: v.optional(
    v.pipe(
      v.array(plugin, "must be a list of plugins"),
      v.minLength(1, "must hold at least one plugin"),
    ),
  ),
  listener: v.optional(listener, {}),
  tcpProxy: v.optional(tcpProxy, { cluster: "default" }),
  clusters: v.record(v.string(), cluster, 'must be an object: {"egress1": {"endpoints": [...]}}'),
  /** By cluster: what answers `proxy_http_call`, one request after the other; the last one stays. */
  httpReplies: v.optional(byCluster(httpReply)),
  /** By cluster, which then speaks HTTP/2: what answers gRPC calls and streams, as `httpReplies` do. */
  grpcReplies: v.optional(byCluster(grpcReply)),
  /** By name: what `envoy_resolve_dns` finds. Other names do not exist. */
  dns: v.optional(v.record(v.string(), v.array(ip, "must be a list of IP addresses"))),
  connections: v.array(connection, "must be a list of connections"),
  expect: v.optional(v.strictObject({ plugin: v.optional(oneOf(["accepted", "refused"])) })),
  faults: v.optional(v.array(fault, "must be a list of faults"), []),
});

/** What a file or a link holds: only source, destination and clusters are required. */
export type ScenarioDocument = v.InferInput<typeof scenarioSchema>;
/** A checked scenario with every default filled in. */
export type Scenario = v.InferOutput<typeof scenarioSchema>;
export type ScenarioPlugin = Scenario["plugin"];
export type ScenarioConnection = Scenario["connections"][number];
export type ScenarioStep = ScenarioConnection["steps"][number];
export type ScenarioCluster = Scenario["clusters"][string];
export type ScenarioHttpReply = NonNullable<Scenario["httpReplies"]>[string][number];
export type ScenarioGrpcReply = NonNullable<Scenario["grpcReplies"]>[string][number];
export type ScenarioFault = Scenario["faults"][number];
export type FailurePolicy = (typeof failurePolicies)[number];
export type PluginConfiguration = v.InferOutput<typeof configuration>;
export type ScenarioBytes = v.InferOutput<typeof bytes>;

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  /** JSON path from the root, such as `$.connections[0].source`; `$` is the whole document. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

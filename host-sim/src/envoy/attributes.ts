/**
 * Attributes that a wasm filter can read on a TCP connection
 * (Envoy source/extensions/filters/common/expr/context.cc; source/extensions/common/wasm/context.cc,
 * getProperty, findValue and serializeValue).
 */
import { formatAddress, type Address } from "../address.ts";
import { Status } from "../abi.ts";
import { serialise, type Value } from "./celValue.ts";
import { hasSchema, type FilterState } from "./filterState.ts";

/** What is known of a connection at the moment of the read. */
export interface ConnectionFacts {
  readonly source: Address;
  readonly destination: Address;
  readonly connectionId: number;
  readonly serverName: string | undefined;
  /** Unix nanoseconds. */
  readonly startTime: bigint;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Flags of StreamInfo as a bit mask. */
  readonly responseFlags: number;
  readonly filterState: FilterState;
  /** Set once tcp_proxy has found the cluster. */
  readonly cluster: { readonly name: string; readonly endpoints: number } | undefined;
  /** Set once a host was chosen and the attempt to connect has ended. */
  readonly upstream: { readonly address: Address } | undefined;
  readonly connectAttempts: number;
  /** Why the transport to the upstream failed; empty while it has not. */
  readonly upstreamFailure: string;
}

export interface PluginFacts {
  readonly name: string;
  readonly rootId: string;
  readonly vmId: string;
  readonly direction: "UNSPECIFIED" | "INBOUND" | "OUTBOUND";
}

/** A value that is text is handed over as UTF-8. */
export type AttributeAnswer<V = Uint8Array | string> =
  | { readonly value: V; readonly type: string }
  | {
      readonly status: Exclude<Status, 0>;
      readonly absent: string;
      readonly notModelled?: true;
    };

type Read = (facts: ConnectionFacts, plugin: PluginFacts) => Value | undefined;

const string = (text: string | Uint8Array | undefined): Value | undefined =>
  text === undefined ? undefined : { type: "string", text };
const int = (number: bigint | number): Value => ({ type: "int", number });
const uint = (number: bigint | number): Value => ({ type: "uint", number });
const port = (address: Address | undefined): Value | undefined =>
  address?.kind === "ip" ? int(address.port) : undefined;
const address = (of: Address | undefined): Value | undefined =>
  of === undefined ? undefined : string(formatAddress(of));
const absent: Read = () => undefined;
const directions = { UNSPECIFIED: 0, INBOUND: 1, OUTBOUND: 2 } as const;

/** Why a path that Envoy knows has no value now. */
const NOT_YET_UPSTREAM = "there is no upstream connection yet";
const NO_TLS = "the connection has no TLS in this scenario";
const HTTP_ONLY = "only HTTP streams have it";
const NOT_YET_CLUSTER = "tcp_proxy has not chosen the cluster yet";
const NO_PORT = "the address is not an IP address";

interface Attribute {
  readonly read: Read;
  readonly absent: string;
}
/** By path, its segments separated by NUL. */
export const table = new Map<string, Attribute>();
const define = (path: string, read: Read, why = HTTP_ONLY) =>
  table.set(path.replaceAll(".", "\0"), { read, absent: why });

define("source.address", (it) => address(it.source));
define("source.port", (it) => port(it.source), NO_PORT);
define("destination.address", (it) => address(it.destination));
define("destination.port", (it) => port(it.destination), NO_PORT);
define("connection.id", (it) => uint(it.connectionId));
define("connection_id", (it) => uint(it.connectionId));
define("connection.mtls", () => ({ type: "bool", bool: false }));
define("connection.peer_certificate_valid", () => ({ type: "bool", bool: false }));
define("connection.requested_server_name", (it) => string(it.serverName ?? ""));
for (const name of [
  "tls_version",
  "subject_local_certificate",
  "subject_peer_certificate",
  "uri_san_local_certificate",
  "uri_san_peer_certificate",
  "dns_san_local_certificate",
  "dns_san_peer_certificate",
  "sha256_peer_certificate_digest",
  "peer_certificate",
]) {
  define(`connection.${name}`, absent, NO_TLS);
  define(`upstream.${name}`, absent, NO_TLS);
}
define("connection.termination_details", absent, "nothing has set termination details");
define("connection.transport_failure_reason", absent, "the transport has not failed");

define("upstream.address", (it) => address(it.upstream?.address), NOT_YET_UPSTREAM);
define("upstream.port", (it) => port(it.upstream?.address), NOT_YET_UPSTREAM);
define("upstream.transport_failure_reason", (it) => string(it.upstreamFailure));
define("upstream.request_attempt_count", (it) => uint(it.connectAttempts));
define(
  "upstream.num_endpoints",
  (it) => (it.cluster ? uint(it.cluster.endpoints) : undefined),
  NOT_YET_CLUSTER,
);
define("upstream.server_name", absent, NO_TLS);
for (const name of ["upstream_host_metadata", "upstream_host_locality_metadata"]) {
  define(`xds.${name}`, (it) => (it.upstream ? { type: "null" } : undefined), NOT_YET_UPSTREAM);
}

define("xds.cluster_name", (it) => string(it.cluster?.name), NOT_YET_CLUSTER);
define(
  "xds.cluster_metadata",
  (it) => (it.cluster ? { type: "message" } : undefined),
  NOT_YET_CLUSTER,
);
define("xds.filter_chain_name", () => string(""));
define("xds.listener_direction", (_, plugin) => int(directions[plugin.direction]));
define("xds.listener_metadata", () => ({ type: "message" }));
for (const name of ["route_name", "route_metadata", "virtual_host_name", "virtual_host_metadata"]) {
  define(`xds.${name}`, absent);
}
define("metadata", () => ({ type: "message" }));
define("metadata.filter_metadata", () => ({ type: "map" }));

define("request.time", (it) => ({ type: "timestamp", number: it.startTime }));
for (const name of ["size", "total_size"]) {
  define(`request.${name}`, (it) => int(it.bytesReceived));
  define(`response.${name}`, (it) => int(it.bytesSent));
}
define("request.headers_bytes", () => int(0));
define("response.headers_bytes", () => int(0));
define("response.flags", (it) => int(it.responseFlags));
for (const name of ["request.headers", "response.headers", "response.trailers"]) {
  define(name, () => ({ type: "map" }));
}
for (const name of [
  ..."duration protocol path url_path host scheme method referer id useragent query".split(" "),
]) {
  define(`request.${name}`, absent);
}
for (const name of ["code", "code_details", "grpc_status", "backend_latency"]) {
  define(`response.${name}`, absent);
}
define("plugin_name", (_, plugin) => string(plugin.name));
define("plugin_root_id", (_, plugin) => string(plugin.rootId));
define("plugin_vm_id", (_, plugin) => string(plugin.vmId));

/** Every path that Envoy knows on a TCP connection, segments separated by NUL. */
export const propertyPaths = (): string[] => [...table.keys()];

/** What a plugin's root context can read: it has no connection. */
export const atRoot = new Set(["plugin_name", "plugin_root_id", "plugin_vm_id"]);
export const attributeGroups: ReadonlySet<string> = new Set(
  "request response connection upstream source destination filter_state upstream_filter_state xds".split(
    " ",
  ),
);
/** Top-level names that Envoy dropped in 1.33; still in many examples. */
const movedTo: Readonly<Record<string, string>> = {
  node: "xds.node",
  listener_direction: "xds.listener_direction",
  listener_metadata: "xds.listener_metadata",
  cluster_name: "xds.cluster_name",
  cluster_metadata: "xds.cluster_metadata",
  route_name: "xds.route_name",
  route_metadata: "xds.route_metadata",
  upstream_host_metadata: "xds.upstream_host_metadata",
};
/** Messages whose bytes depend on Envoy's bootstrap or build. */
export const unmodelledPrefixes = [
  "xds\0node",
  "upstream\0local_address",
  "upstream\0locality",
  "upstream\0cx_pool_ready_duration",
];

/** A path, looked up once for all reads. */
export interface PropertyPath {
  readonly path: string;
  readonly known: Attribute | undefined;
}

/** `text` is what the guest asks for, segments separated by NUL. */
export function findProperty(text: string): PropertyPath {
  // One NUL at the end is tolerated; a second one is an empty segment.
  const path = text.length > 1 && text.endsWith("\0") ? text.slice(0, -1) : text;
  return { path, known: table.get(path) };
}

/**
 * Reads a property. `facts` is undefined in a root context. The answer's `absent` says in words why
 * there is no value.
 */
export function readAttribute(
  { path, known }: PropertyPath,
  facts: ConnectionFacts | undefined,
  plugin: PluginFacts,
): AttributeAnswer {
  if (known && (facts || atRoot.has(path))) {
    // Root reads use only the plugin, so the facts are not looked at.
    const value = known.read(facts as ConnectionFacts, plugin);
    if (value?.type === "null") return failure("the host has no metadata");
    return value ? { value: serialise(value), type: value.type } : notFound(known.absent);
  }
  return readRare(path, facts);
}

function readRare(path: string, facts: ConnectionFacts | undefined): AttributeAnswer {
  if (path === "") return failure("the path is empty");
  if (unmodelledPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}\0`))) {
    return {
      status: Status.NotFound,
      absent: `${dotted(path)} depends on Envoy's bootstrap or timing and is not modelled`,
      notModelled: true,
    };
  }
  if (!facts) {
    if (path === "xds") return failure("a group of attributes has no bytes of its own");
    return notFound(
      table.has(path) || attributeGroups.has(path.split("\0")[0] ?? "")
        ? "the plugin's root context has no connection"
        : unknownReason(path),
    );
  }
  if (attributeGroups.has(path)) return failure("a group of attributes has no bytes of its own");
  const [group = "", ...rest] = path.split("\0");
  if (group === "filter_state") return readFilterState(rest, facts.filterState);
  if (group === "upstream_filter_state")
    return notFound("nothing was shared with the upstream connection");
  return readFilterState([`wasm.${group}`, ...rest], facts.filterState, unknownReason(path));
}

function readFilterState(
  [key = "", ...fields]: readonly string[],
  filterState: FilterState,
  why = `no filter state under the key "${key}"`,
): AttributeAnswer {
  const object = filterState.get(key)?.object;
  if (!object) return notFound(why);
  if (object.fields) {
    if (fields.length === 0) return { value: serialise({ type: "map" }), type: "map" };
    const field = fields.length === 1 ? object.fields[fields[0] ?? ""] : undefined;
    if (field === undefined) return notFound(`the object has no field "${fields.join(".")}"`);
    const value: Value = typeof field === "number" ? int(field) : { type: "string", text: field };
    return { value: serialise(value), type: value.type };
  }
  if (fields.length > 0) {
    if (!hasSchema(object)) return notFound("the object has no fields");
    const absent = "fields of properties that were declared with a schema are not modelled";
    return { status: Status.NotFound, absent, notModelled: true };
  }
  if (!object.text) return notFound("the object has no string form");
  return { value: object.text, type: "bytes" };
}

function unknownReason(path: string): string {
  const [group = ""] = path.split("\0");
  const moved = movedTo[group];
  if (moved) return `Envoy dropped the top-level "${group}" in 1.33; the path is now "${moved}"`;
  if (table.has(path.replaceAll(".", "\0"))) {
    return "the path is one segment with dots; segments are separated by a NUL byte";
  }
  return `Envoy has no attribute "${dotted(path)}"`;
}

const dotted = (path: string) => path.replaceAll("\0", ".");
const notFound = (why: string) => ({ status: Status.NotFound, absent: why }) as const;
const failure = (why: string) => ({ status: Status.SerializationFailure, absent: why }) as const;

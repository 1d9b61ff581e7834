/**
 * Filter state of a TCP connection: objects by key, as the factories of Envoy 1.40 make them
 * (every REGISTER_FACTORY(…, StreamInfo::FilterState::ObjectFactory)).
 */
import { formatIpAndPort, parseAddress } from "../address.ts";
import { parseIp } from "../ip.ts";

export const TCP_PROXY_CLUSTER = "envoy.tcp_proxy.cluster";

/** An object in filter state. */
export interface FilterStateObject {
  /** The bytes it was made from. */
  readonly value: Uint8Array;
  /** What reading `filter_state\0KEY` gives; undefined: the object has no string form. */
  readonly text: Uint8Array | undefined;
  /** The object has fields (`ip`, `port`): its whole reads as an empty map. */
  readonly fields?: Readonly<Record<string, string | number>>;
  /** A property that was declared read-only. */
  readonly readOnly?: true;
  /** The type that a property was declared with. */
  readonly declaredAs?: PropertyType;
}

type Factory = (value: Uint8Array) => FilterStateObject | undefined;

const utf8 = new TextDecoder();
const encode = (text: string) => new TextEncoder().encode(text);

const anyText: Factory = (value) => ({ value, text: value });
const noText: Factory = (value) => ({ value, text: undefined });
const boolean: Factory = (value) => ({
  value,
  text: encode(utf8.decode(value) === "true" ? "true" : "false"),
});

function unsigned(bits: 32 | 64): Factory {
  return (value) => {
    // absl::SimpleAtoi: surrounding white space is allowed, a plus sign as well.
    const digits = /^[ \t\n\v\f\r]*\+?(\d+)[ \t\n\v\f\r]*$/.exec(utf8.decode(value))?.[1];
    if (digits === undefined) return undefined;
    const number = BigInt(digits);
    return number < 1n << BigInt(bits) ? { value, text: encode(number.toString()) } : undefined;
  };
}

/** `IP:PORT` or `[v6]:PORT`. */
const addressAndPort: Factory = (value) => {
  const address = parseAddress(utf8.decode(value));
  if (address?.kind !== "ip") return undefined;
  return { value, text: value, fields: { ip: address.ip, port: address.port } };
};

const bareIp: Factory = (value) => {
  const text = utf8.decode(value);
  const [, address = "", zone = ""] = /^([^%]+)(%[\da-z]+)?$/i.exec(text) ?? [];
  const ip = parseIp(address);
  if (!ip || (ip.version === 4 && zone)) return undefined;
  return { value, text: encode(formatIpAndPort(ip.text + zone, 0)) };
};

/** `host:port,ip:port`, both trimmed. */
const http11Proxy: Factory = (value) => {
  const [host = "", ip = "", ...rest] = utf8
    .decode(value)
    .split(",")
    .map((part) => part.trim());
  if (rest.length > 0 || host === "" || parseAddress(ip)?.kind !== "ip") return undefined;
  return { value, text: undefined };
};

const factories: ReadonlyMap<string, Factory> = new Map([
  [TCP_PROXY_CLUSTER, anyText],
  ["envoy.tcp_proxy.per_connection_idle_timeout_ms", unsigned(64)],
  ["envoy.tcp_proxy.disable_tunneling", boolean],
  ["envoy.network.upstream_server_name", anyText],
  ["envoy.network.application_protocols", noText],
  ["envoy.network.upstream_subject_alt_names", anyText],
  ["envoy.network.transport_socket.original_dst_address", addressAndPort],
  ["envoy.filters.listener.original_dst.local_ip", addressAndPort],
  ["envoy.filters.listener.original_dst.remote_ip", addressAndPort],
  ["envoy.upstream.dynamic_host", anyText],
  ["envoy.upstream.dynamic_port", unsigned(32)],
  ["envoy.network.ip", bareIp],
  ["envoy.string", anyText],
  ["envoy.hashable_string", anyText],
  ["envoy.ratelimit.hits_addend", unsigned(32)],
  ["envoy.router.debug_config", noText],
  ["envoy.network.network_namespace", anyText],
  ["envoy.network.transport_socket.http_11_proxy.info", http11Proxy],
]);

/** Every key that set_envoy_filter_state can write. */
export const filterStateKeys = (): string[] => [...factories.keys()];

export function hasFactory(key: string): boolean {
  return factories.has(key);
}

/** Undefined: the factory refuses the value (or there is none for this key). */
export function makeFilterStateObject(
  key: string,
  value: Uint8Array,
): FilterStateObject | undefined {
  return factories.get(key)?.(value);
}

/** Of a declared property (Envoy declare_property.proto), by number. */
export const propertyTypes = ["Bytes", "String", "FlatBuffers", "Protobuf"] as const;
export type PropertyType = (typeof propertyTypes)[number];

/** What `proxy_set_property` stores (cel_state.h): always readable as its bytes. */
export function celState(
  value: Uint8Array,
  readOnly = false,
  declaredAs: PropertyType = "Bytes",
): FilterStateObject {
  return { value, text: value, declaredAs, ...(readOnly ? { readOnly } : {}) };
}

/** Its fields can be read in Envoy, by a schema; that is not modelled. */
export const hasSchema = ({ declaredAs }: FilterStateObject): boolean =>
  declaredAs === "FlatBuffers" || declaredAs === "Protobuf";

export interface FilterStateEntry {
  readonly key: string;
  readonly object: FilterStateObject;
  /** `seq` of the event that wrote it. */
  readonly writtenBy: number | undefined;
  readonly next: FilterStateEntry | undefined;
}

/** A list: a connection has one object or two, and a Map for each connection would cost more. */
export class FilterState {
  #newest: FilterStateEntry | undefined;

  get(key: string): FilterStateEntry | undefined {
    let entry = this.#newest;
    while (entry && entry.key !== key) entry = entry.next;
    return entry;
  }

  clear(): void {
    this.#newest = undefined;
  }

  set(key: string, object: FilterStateObject, writtenBy: number | undefined): void {
    this.#newest = { key, object, writtenBy, next: without(key, this.#newest) };
  }
}

function without(key: string, entry: FilterStateEntry | undefined): FilterStateEntry | undefined {
  if (!entry) return undefined;
  return entry.key === key ? entry.next : { ...entry, next: without(key, entry.next) };
}

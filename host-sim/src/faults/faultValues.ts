/** Values that a host call could answer instead of the true one. */
import { BufferType } from "../abi.ts";
import { formatIpAndPort, parseAddress } from "../address.ts";
import { encodeBase64, encodeBytes } from "../bytes.ts";
import type { Scenario } from "../scenario.ts";
import type { HostCall, PropertyRead } from "../trace.ts";

export interface OtherValue {
  /** In words: `no bytes`, `last byte cut`, … */
  readonly what: string;
  readonly bytes: Uint8Array;
}

const utf8 = new TextEncoder();
/** A guest's buffer of this size or more is rare: long values are longer. */
const LONG = 65_536;

/**
 * The bytes that a call answered; undefined if it answers none. A foreign function that answers no
 * bytes is called for what it does, and a value in its place would be Ok with nothing done.
 */
export function bytesAnswer({ name, results }: HostCall): Uint8Array | undefined {
  for (const { value } of results) {
    if (!("bytes" in value) || !value.bytes) continue;
    const isDone = name === "proxy_call_foreign_function" && value.bytes.length === 0;
    return isDone ? undefined : value.bytes;
  }
  return undefined;
}

/** Values that are malformed for any reader, and for addresses and ports some that are only others. */
export function malformedValues(call: HostCall, answer: Uint8Array): readonly OtherValue[] {
  const { length } = answer;
  const long = new Uint8Array(length + LONG);
  long.set(answer);
  const of = (what: string, bytes: Uint8Array) => ({ what, bytes });
  const values = [
    of("no bytes", new Uint8Array(0)),
    of("one zero byte", new Uint8Array(1)),
    of("first byte only", answer.slice(0, 1)),
    of("last byte cut", answer.slice(0, -1)),
    of("all bytes 0xff", new Uint8Array(length).fill(0xff)),
    of("64 KiB of zeros behind it", long),
    ...otherProperties(call),
  ];
  const seen = new Set([encodeBase64(answer)]);
  return values.filter(({ bytes }) => {
    const text = encodeBase64(bytes);
    return !seen.has(text) && seen.add(text);
  });
}

const addresses = [
  "10.99.0.2:1",
  "10.99.0.3:1",
  "[2001:db8::2]:1",
  "[2001:db8::3]:1",
  "[::ffff:10.99.0.2]:1",
  "[::ffff:10.99.0.3]:1",
  "/run/app.sock",
  "10.99.0.2",
  "10.99.0.256:1",
  "10.99.0:1",
  "[2001:db8::2:1",
  ":1",
];
const ports = [0n, 1n, 65_535n, 65_536n, -1n];

function otherProperties(call: HostCall): readonly OtherValue[] {
  const path = pathOf(call);
  if (path?.endsWith(".address")) {
    return addresses.map((text) => ({ what: `"${text}"`, bytes: utf8.encode(text) }));
  }
  if (path?.endsWith(".port")) {
    return ports.map((port) => ({ what: `port ${port}`, bytes: encodeI64(port) }));
  }
  return [];
}

function pathOf({ effects }: HostCall): string | undefined {
  return effects.find((it): it is PropertyRead => it.kind === "propertyRead")?.path.join(".");
}

/** Envoy's encoding of integers in properties. */
function encodeI64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return bytes;
}

/**
 * The scenario in which the host gives `bytes` to this call by itself: it says where such a
 * connection belongs. Undefined if no scenario does, or the call is about something else.
 */
export function scenarioWithValue(
  scenario: Scenario,
  call: HostCall,
  bytes: Uint8Array,
): Scenario | undefined {
  if (call.name === "proxy_get_buffer_bytes" && call.words[0] === BufferType.PluginConfiguration) {
    const configuration = { bytes: encodeBase64(bytes) };
    return { ...scenario, plugin: { ...scenario.plugin, configuration } };
  }
  const at = scenario.connections.findIndex(({ id }) => id === call.connection);
  const connection = scenario.connections[at];
  if (!connection) return undefined;
  const withConnection = (changed: Partial<typeof connection>): Scenario => ({
    ...scenario,
    connections: scenario.connections.with(at, { ...connection, ...changed }),
  });
  if (
    call.name === "proxy_get_buffer_bytes" &&
    call.words[0] === BufferType.NetworkDownstreamData
  ) {
    const steps = withFirstBytes(connection.steps, call, bytes);
    return steps && withConnection({ steps });
  }
  const path = pathOf(call);
  if (!path) return undefined;
  const end = path.startsWith("source.") ? "source" : "destination";
  const address = path.endsWith(".port")
    ? withPort(connection[end], bytes)
    : path.endsWith(".address")
      ? asScenarioAddress(bytes)
      : undefined;
  if (address === undefined) return undefined;
  return withConnection({ [end]: address });
}

type Steps = Scenario["connections"][number]["steps"];

/** The client sends `bytes` where it sent what the call answered, at the beginning of all that it sends. */
function withFirstBytes(steps: Steps, call: HostCall, bytes: Uint8Array): Steps | undefined {
  const at = steps.findIndex((step) => "downstream" in step);
  const step = steps[at];
  const answer = bytesAnswer(call);
  if (!step || !("downstream" in step) || !answer || bytes.length === 0) return undefined;
  const sent = encodeBytes(step.downstream);
  if (!answer.every((byte, index) => byte === sent[index])) return undefined;
  const all = new Uint8Array([...bytes, ...sent.subarray(answer.length)]);
  return steps.with(at, { ...step, downstream: { base64: encodeBase64(all) } });
}

/** A port for values that are an address without one: the guest may read them all the same. */
const NO_PORT = ":0";

/** The text of an address property, as a scenario writes it; undefined if it is no address. */
function asScenarioAddress(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  return [text, `unix:${text}`, text + NO_PORT].find((it) => parseAddress(it) !== undefined);
}

function withPort(text: string, bytes: Uint8Array): string | undefined {
  const address = parseAddress(text);
  if (address?.kind !== "ip" || bytes.length !== 8) return undefined;
  const port = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);
  if (port < 0n || port > 65_535n) return undefined;
  return formatIpAndPort(address.ip, Number(port));
}

/** Random protobuf for set_envoy_filter_state: what Envoy's parser takes, and what it refuses. */
import { from, type ParityCase, probe, scenario, talk } from "./case.ts";
import { generator, pick, type Random } from "./generator.ts";

const MESSAGES = 60;
const KEY = "envoy.tcp_proxy.cluster";
const VALUES = ["c1", "c2", "", "ü", "\0", "x".repeat(40)];
const OTHER_KEYS = [
  "envoy.string",
  "envoy.network.ip",
  "envoy.tcp_proxy.per_connection_idle_timeout_ms",
  "envoy.network.transport_socket.original_dst_address",
  "envoy.upstream.dynamic_port",
  "envoy.ratelimit.hits_addend",
  "envoy.network.upstream_server_name",
  "none",
];
/** Values for the keys above, good and bad; no idle timeout that could end within the scenario. */
const OTHER_VALUES = [
  "100000",
  " 60000 ",
  "-1",
  "+500000",
  "0x10",
  "1e3",
  "4294967295",
  "4294967296",
  "18446744073709551615",
  "18446744073709551616",
  "10.0.0.1",
  "10.0.0.1:80",
  "10.0.0.1:65536",
  "010.0.0.1:80",
  "::1",
  "[::1]:80",
  "[::1]",
  "::1:80",
  "localhost:80",
  "",
];

export async function randomMessageCase(
  name: string,
  seed: number,
  number: number,
): Promise<ParityCase> {
  const random = generator(seed * 5_000_011 + number);
  const messages = Array.from({ length: MESSAGES }, () => randomMessage(random).slice(0, 255));
  const bytes = Buffer.from(messages.flatMap((it) => [it.length, ...it])).toString("base64");
  return {
    name,
    wasm: await probe("messages"),
    scenario: scenario({
      plugin: { configuration: { bytes } },
      connections: [from("10.0.0.42:51324", ...talk)],
    }),
  };
}

function randomMessage(random: Random): readonly number[] {
  const fields = Array.from({ length: 1 + random(4) }, () => randomField(random));
  const bytes = fields.flat();
  // Often damaged: cut short, or one byte changed.
  if (bytes.length > 0 && random(6) === 0) return bytes.slice(0, random(bytes.length));
  if (bytes.length > 0 && random(6) === 0) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function randomField(random: Random): number[] {
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      return delimited(random, 1, text(random(3) === 0 ? pick(random, OTHER_KEYS) : KEY));
    case 3:
    case 4:
      return delimited(random, 2, text(pick(random, random(2) === 0 ? VALUES : OTHER_VALUES)));
    case 5:
      return [...tag(3, 0), ...varint(random, random(2) === 0 ? random(5) : 2 ** 31 + random(9))];
    case 6:
      // An unknown field of any kind, now and then a group, also one that is not closed.
      return unknownField(random, pick(random, [0, 4, 5, 15, 16, 1000, 536870911]));
    case 7:
      // A known field with another kind of value.
      return unknownField(random, 1 + random(3));
    default:
      return delimited(
        random,
        2,
        Array.from({ length: random(6) }, () => random(256)),
      );
  }
}

function unknownField(random: Random, field: number): number[] {
  const eight = Array.from({ length: 8 }, () => random(256));
  switch (random(8)) {
    case 0:
      return [...tag(field, 0), ...varint(random, random(1000))];
    case 1:
      return [...tag(field, 1), ...eight];
    case 2:
      return delimited(random, field, eight.slice(random(8)));
    case 3:
      return [...tag(field, 5), ...eight.slice(4)];
    case 4:
      return [...tag(field, 3), ...delimited(random, 1, text(KEY)), ...tag(field, 4)];
    case 5:
      return [...tag(field, 3), ...tag(random(3) + 1, 0), 1, ...tag(field + random(2), 4)];
    case 6:
      return tag(field, random(2) === 0 ? 4 : 6 + random(2));
    default:
      // A varint of up to 12 bytes: more than 10 is too long.
      return [
        ...tag(field, 0),
        ...Array.from({ length: random(12) }, () => 0x80 | random(128)),
        random(4),
      ];
  }
}

const text = (value: string): number[] => [...Buffer.from(value)];
const tag = (field: number, kind: number): number[] => plainVarint(field * 8 + kind);
const delimited = (random: Random, field: number, bytes: readonly number[]): number[] => [
  ...tag(field, 2),
  ...varint(random, bytes.length),
  ...bytes,
];

/** Sometimes longer than it need be, which is allowed. */
function varint(random: Random, value: number): number[] {
  const bytes = plainVarint(value);
  if (random(10) !== 0) return bytes;
  const last = bytes.pop() ?? 0;
  return [...bytes, last | 0x80, ...Array.from({ length: random(3) }, () => 0x80), 0];
}

function plainVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

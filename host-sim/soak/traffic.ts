/** What the soak run sends: both modes, both IP versions, and some of what goes wrong. */
import ipaddr from "ipaddr.js";
import { Random } from "../src/random.ts";
import type { LoadConnection } from "./load.ts";
import { ports, type ListenerName } from "./soakConfig.ts";

/** In a thousand connections of mode istio. */
const REFUSED = 30;
const UNKNOWN = 30;
/** In a thousand connections. */
const ABORTED = 30;

/** Connections from random sources; the same seed gives the same ones. */
export function* traffic(
  count: number,
  seed: number,
  portOf: Readonly<Record<ListenerName, number>>,
): Generator<LoadConnection, void> {
  const random = new Random(seed);
  const below = (limit: number): number => random.next() % limit;
  for (let index = 0; index < count; index++) {
    const mode = below(2) === 0 ? "standalone" : "istio";
    const isV6 = below(3) === 0;
    const source = isV6 ? randomV6(below) : randomV4(below);
    const last = ipaddr.parse(source).toByteArray().at(-1) ?? 0;
    const chance = below(1000);
    const port =
      mode === "standalone" || chance >= REFUSED + UNKNOWN
        ? ports.open
        : chance < REFUSED
          ? ports.refused
          : ports.unknown;
    const aborts = below(1000) < ABORTED;
    const routed = last % 2 === 0 ? "1" : "2";
    yield {
      port: portOf[mode],
      source: withPort(source, 1024 + below(60_000)),
      destination: withPort(isV6 ? "2001:db8:f::1" : "203.0.113.10", port),
      expect: aborts ? "anything" : port === ports.open ? routed : "closed",
      aborts,
    };
  }
}

const withPort = (ip: string, port: number): string =>
  ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;

const randomV4 = (below: (limit: number) => number): string =>
  [10, below(256), below(256), below(256)].join(".");

function randomV6(below: (limit: number) => number): string {
  const bytes = [0x20, 0x01, 0x0d, 0xb8, ...Array.from({ length: 12 }, () => below(256))];
  return new ipaddr.IPv6(bytes).toString();
}

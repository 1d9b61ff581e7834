import { isIP } from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { Host } from "./host.ts";

// One cluster for each last byte: the decision tells what the filter read.
const host = new Host();
host.configure(JSON.stringify({ clusters: Array.from({ length: 256 }, (_, byte) => `b${byte}`) }));

/** The last byte that the filter finds in a source address; undefined if it finds no address. */
function lastByte(source: string): number | undefined {
  host.filterStates.length = 0;
  host.connect(source);
  host.disconnect();
  const cluster = clusterOf(host);
  return cluster === undefined ? undefined : Number(cluster.slice(1));
}

const port = fc.nat({ max: 65535 });
const groups = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});

/** One IPv6 address in the forms that people and programs write. */
const ipv6Forms = groups.map((parts) => {
  const address = new ipaddr.IPv6(parts);
  const padded = parts.map((part) => part.toString(16).padStart(4, "0")).join(":");
  const [a = 0, b = 0] = parts.slice(6);
  const dotted = `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
  const withDots = new ipaddr.IPv6([...parts.slice(0, 6), 1, 1])
    .toRFC5952String()
    .replace(/1:1$/, dotted);
  return [
    address.toRFC5952String(),
    address.toNormalizedString(),
    padded,
    padded.toUpperCase(),
    withDots,
  ];
});

describe("the address reader against ipaddr.js", () => {
  test("IPv4", () => {
    fc.assert(
      fc.property(fc.ipV4(), port, (ip, port) => {
        const expected = ipaddr.IPv4.parse(ip).octets[3];
        expect(lastByte(ip)).toBe(expected);
        expect(lastByte(`${ip}:${port}`)).toBe(expected);
        expect(lastByte(`[::ffff:${ip}]:${port}`)).toBe(expected);
      }),
    );
  });

  test("IPv6 in every form", () => {
    fc.assert(
      fc.property(ipv6Forms, port, (forms, port) => {
        for (const form of forms) {
          const expected = ipaddr.IPv6.parse(form).toByteArray()[15];
          expect(lastByte(form), form).toBe(expected);
          expect(lastByte(`[${form}]:${port}`), form).toBe(expected);
          expect(lastByte(`[${form}%eth0]:${port}`), form).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("what fast-check calls IPv6", () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        expect(lastByte(ip)).toBe(ipaddr.IPv6.parse(ip).toByteArray()[15]);
      }),
      { numRuns: 500 },
    );
  });

  test("texts that look nearly like an address are one exactly if Node says so", () => {
    const nearly = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."0129af:.:"), maxLength: 20 }),
      fc
        .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(40), fc.constantFrom(..."0:.fg%/ ["))
        .map(([ip, at, character]) => ip.slice(0, at) + character + ip.slice(at)),
      fc
        .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(40))
        .map(([ip, at]) => ip.slice(0, at) + ip.slice(at + 1)),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        // Only IPv4 has a port without brackets.
        const [, ip = text, port] = /^([\d.]+):(0|[1-9]\d{0,4})$/.exec(text) ?? [];
        const isAddress = isIP(ip) === 6 || (isIP(ip) === 4 && Number(port ?? 0) <= 65535);
        expect(lastByte(text) !== undefined, text).toBe(isAddress);
        expect(lastByte(`[${text}]:1`) !== undefined, text).toBe(isIP(text) === 6);
      }),
      { numRuns: 2000 },
    );
  });

  test("ranges hold what ipaddr.js says they hold", () => {
    const address = fc.oneof(
      fc.ipV4().map((ip) => ipaddr.parse(ip)),
      groups.map((parts) => new ipaddr.IPv6(parts)),
    );
    fc.assert(
      fc.property(address, fc.nat(128), fc.nat(127), (network, length, flipped) => {
        const isIpv4 = network.kind() === "ipv4";
        const prefix = isIpv4 ? length % 33 : length;
        const bytes = network.toByteArray();
        const bit = flipped % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        const other = ipaddr.fromByteArray(bytes);
        const ranges = new Host();
        expect(
          ranges.configure(
            JSON.stringify({
              routes: [{ source: `${network.toString()}/${prefix}`, cluster: "in" }],
            }),
          ),
        ).toBe(true);
        for (const candidate of [network, other]) {
          const text = candidate.toString();
          ranges.connect(isIpv4 ? `${text}:1` : `[${text}]:1`);
          // A mapped address is IPv4 to the filter; random groups never make one.
          const isIn = candidate.match([network, prefix] as [ipaddr.IPv6, number]);
          expect(clusterOf(ranges) === "in", `${text} in ${network.toString()}/${prefix}`).toBe(
            isIn,
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});

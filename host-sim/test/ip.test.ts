import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { formatAddress, parseAddress } from "../src/address.ts";
import { parseIp } from "../src/ip.ts";

describe("parseIp", () => {
  test("reads and shortens IPv6 as ipaddr.js does", () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (parts) => {
        const address = new ipaddr.IPv6(parts);
        const bytes = address.toByteArray();
        const short = address.toRFC5952String();
        const padded = parts.map((it) => it.toString(16).padStart(4, "0")).join(":");
        const dotted = `${parts
          .slice(0, 6)
          .map((it) => it.toString(16))
          .join(":")}:${bytes.slice(12).join(".")}`;
        const forms = [short, address.toNormalizedString(), padded, dotted];
        for (const form of [...forms, short.toUpperCase()]) {
          expect(parseIp(form), form).toEqual({ version: 6, bytes, text: short });
        }
      }),
    );
  });

  test("reads IPv4 in its one form", () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const bytes = ipaddr.IPv4.parse(text).toByteArray();
        expect(parseIp(text)).toEqual({ version: 4, bytes, text });
      }),
    );
  });

  test("takes what either of them takes, and no other text", () => {
    const piece = fc.constantFrom(
      "0",
      "1",
      "f",
      "ffff",
      ":",
      "::",
      ".",
      "256",
      "1.2.3.4",
      "%",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        // inet_pton takes no leading zeros in a dotted part; ipaddr.js does, within IPv6.
        const hasLeadingZero = /[:.]0\d+\.|\.0\d+$/.test(text);
        const isIp =
          ipaddr.IPv4.isValidFourPartDecimal(text) ||
          (!text.includes("%") && ipaddr.IPv6.isValid(text) && !hasLeadingZero);
        expect(parseIp(text) !== undefined, text).toBe(isIp);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    "",
    "1",
    "01.2.3.4",
    "::01.2.3.4",
    "::1.2.3.04",
    "0x7f.1",
    "1.2.3.4.5",
    "::1%1",
    "::\n1",
    "[::1]",
    "::1]/",
    ":::",
  ])("refuses %j", (text) => expect(parseIp(text)).toBeUndefined());
});

test.each([
  ["[::ffff:10.0.0.1]:7", "[::ffff:10.0.0.1]:7"],
  ["[::ffff:a00:1]:7", "[::ffff:10.0.0.1]:7"],
  ["[::10.0.0.1]:7", "[::10.0.0.1]:7"],
  ["[::1]:7", "[::1]:7"],
  ["[::]:007", "[::]:7"],
  ["[0:0:0:0:ffff:1:2:3]:7", "[::ffff:1:2:3]:7"],
  ["[FE80::1%eth0]:7", "[fe80::1%eth0]:7"],
  ["10.0.0.1:007", "10.0.0.1:7"],
])("%s is printed as %s", (text, printed) => {
  const address = parseAddress(text);
  expect(address && formatAddress(address)).toBe(printed);
});

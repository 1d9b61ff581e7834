import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { clusterOf, decide } from "./clusterOf.ts";
import { Host } from "./host.ts";

describe("routes", () => {
  const configuration = JSON.stringify({
    routes: [
      { source: "10.1.2.0/24", cluster: "narrow" },
      { source: "10.1.0.0/16", cluster: "wide" },
      { source: "10.1.3.0/24", cluster: "never" },
      { source: "192.168.1.7/32", cluster: "one" },
      { source: "172.16.9.9/12", cluster: "hostBits" },
      { source: "2001:db8::/32", cluster: "six" },
      { source: "2001:db9::1/128", cluster: "oneSix" },
      { source: "fd00::/7", cluster: "seven" },
      { source: "::ffff:100.64.0.0/106", cluster: "mapped" },
      { source: "fe80::/10", cluster: "link" },
      { source: "2001:dba:0:1::/64", cluster: "half" },
      { source: "2001:dba:0:2:8000::/65", cluster: "overHalf" },
    ],
  });
  test.each([
    ["10.1.2.3:1", "narrow"],
    ["10.1.3.3:1", "wide"],
    ["10.2.0.2:1", "egress1"],
    ["[::ffff:10.1.2.3]:1", "narrow"],
    ["192.168.1.7:1", "one"],
    ["192.168.1.8:1", "egress1"],
    ["172.31.255.255:1", "hostBits"],
    ["172.32.0.0:1", "egress1"],
    ["[2001:db8:ffff::1]:1", "six"],
    ["[2001:db9::1]:1", "oneSix"],
    ["[2001:db9::2]:1", "egress1"],
    ["[fc00::1]:1", "seven"],
    ["100.127.0.1:1", "mapped"],
    ["100.128.0.1:1", "egress2"],
    ["[fe80::1%eth0]:1", "link"],
    ["[2001:dba:0:1:ffff::]:1", "half"],
    ["[2001:dba:0:2::]:1", "egress1"],
    ["[2001:dba:0:2:8000::]:1", "overHalf"],
  ])("%s → %s", (source, cluster) => {
    expect(decide(configuration, source)).toBe(cluster);
  });

  test("0.0.0.0/0 holds all of IPv4 and none of IPv6, ::/0 the other way round", () => {
    const four = '{"routes":[{"source":"0.0.0.0/0","cluster":"all"}]}';
    const six = '{"routes":[{"source":"::/0","cluster":"all"}]}';
    expect(decide(four, "1.2.3.4:1")).toBe("all");
    expect(decide(four, "[::ffff:1.2.3.4]:1")).toBe("all");
    expect(decide(four, "[1::]:1")).toBe("egress1");
    expect(decide(six, "1.2.3.4:1")).toBe("egress1");
    expect(decide(six, "[::ffff:1.2.3.4]:1")).toBe("egress1");
    expect(decide(six, "[1::]:1")).toBe("all");
  });

  test("a cluster that only routes name has its counter, once", () => {
    const host = new Host();
    host.configure(
      '{"routes":[{"source":"10.0.0.0/8","cluster":"r"},{"source":"11.0.0.0/8","cluster":"r"},' +
        '{"source":"12.0.0.0/8","cluster":"egress2"}]}',
    );
    for (const source of ["10.0.0.1:1", "11.0.0.1:1", "12.0.0.2:1", "13.0.0.1:1"])
      host.connect(source);
    expect([...host.metrics.values()]).toEqual([
      { name: "wasmerang_routed_egress1", value: 0 },
      { name: "wasmerang_routed_egress2", value: 2 },
      { name: "wasmerang_routed_r", value: 2 },
      { name: "wasmerang_undecided", value: 0 },
      { name: "wasmerang_failed", value: 0 },
    ]);
  });

  // Few networks and many lengths, so that routes overlap.
  const octet = fc.constantFrom(0, 1, 128, 255);
  const ip = fc.oneof(
    fc.tuple(octet, octet, octet, octet).map((octets) => octets.join(".")),
    fc.tuple(octet, octet, octet).map(([a, b, c]) => `2001:db8:${a}:${b}::${c}`),
  );
  const range = fc.tuple(ip, fc.nat({ max: 32 })).map(([address, length]) => {
    return `${address}/${address.includes(":") ? length * 4 : length}`;
  });

  test("the first of the list that holds the address decides, however many there are", () => {
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 40 }),
        fc.array(ip, { minLength: 1, maxLength: 5 }),
        (ranges, addresses) => {
          const routes = ranges.map((source, i) => ({ source, cluster: `route${i}` }));
          const host = new Host();
          host.configure(JSON.stringify({ clusters: ["none"], routes }));
          for (const address of addresses) {
            const parsed = ipaddr.parse(address);
            const first = ranges.findIndex((source) => {
              const [network, length] = ipaddr.parseCIDR(source);
              return network.kind() === parsed.kind() && parsed.match([network, length]);
            });
            const isV6 = address.includes(":");
            host.connect(isV6 ? `[${address}]:1` : `${address}:1`);
            const cluster = clusterOf(host);
            expect(cluster, address).toBe(first < 0 ? "none" : `route${first}`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

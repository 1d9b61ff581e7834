import { describe, expect, it } from "vitest";
import { addressList, destinationAt, readPlan, sourceAt } from "./plan.ts";

const input = { sources: "10.0.0.0/24", destination: "203.0.113.10", ports: "443" };
const read = (patch: Partial<typeof input>) => readPlan({ ...input, ...patch }, 40_000);
const problem = (patch: Partial<typeof input>) => {
  const plan = read(patch);
  return plan.ok ? undefined : `${plan.field}: ${plan.problem}`.replaceAll("\u00a0", " ");
};

describe("readPlan", () => {
  it("reads ranges, lists and ports", () => {
    expect(
      read({ sources: "10.0.0.0/30, 10.1.0.1\n\n2001:db8::/127", ports: "443, 80-81" }),
    ).toEqual({
      ok: true,
      plan: {
        ranges: ["10.0.0.0/30", "10.1.0.1", "2001:db8::/127"],
        sourcePort: 40_000,
        destinations: ["203.0.113.10:443", "203.0.113.10:80", "203.0.113.10:81"],
      },
    });
    expect(read({ destination: "2001:db8::1" })).toMatchObject({
      plan: { destinations: ["[2001:db8::1]:443"] },
    });
  });

  it("names what is wrong, by line where there are several", () => {
    expect(problem({ sources: "10.0.0.0/33" })).toMatch(/^sources: “10.0.0.0\/33” is not an addr/);
    expect(problem({ sources: "10.0.0.1\n10.0.0.300\nx" })).toMatch(
      /^sources: Line 2: “10.0.0.300”/,
    );
    expect(problem({ sources: " \n" })).toMatch(/^sources: No address/);
    expect(problem({ destination: "nowhere" })).toMatch(/^destination: Not an IP address/);
    expect(problem({ ports: "443, x" })).toMatch(/^ports: “x” is not a port/);
    expect(problem({ ports: "70000" })).toMatch(/^ports/);
    expect(problem({ ports: "9-8" })).toMatch(/^ports/);
  });

  it("takes as many connections as the page can hold, and says how many it cannot", () => {
    expect(problem({ sources: "10.0.0.0/12" })).toBeUndefined();
    expect(problem({ sources: "10.0.0.0/8" })).toBe(
      "sources: 16 777 216 addresses. The limit here is 1 048 576 (/12); the command line has none.",
    );
    expect(problem({ sources: "2001:db8::/100" })).toContain("268 435 456 addresses");
    expect(problem({ sources: "2001:db8::/100" })).toContain("(/108)");
    expect(problem({ sources: "10.0.0.0/12", ports: "443,80" })).toContain(
      "1 048 576 addresses × 2 ports are 2 097 152 connections",
    );
    expect(problem({ sources: "10.0.0.0/12\n10.0.0.1" })).toContain("1 048 577 addresses");
  });
});

describe("addressList", () => {
  it("finds addresses by place over several ranges", () => {
    const list = addressList(["10.0.0.0/30", "10.9.0.7", "2001:db8::f/128", "2001:db8::/127"]);
    expect(Array.from({ length: list.count }, (_, index) => list.at(index))).toEqual([
      "10.0.0.0",
      "10.0.0.1",
      "10.0.0.2",
      "10.0.0.3",
      "10.9.0.7",
      "2001:db8::f",
      "2001:db8::",
      "2001:db8::1",
    ]);
    expect(Array.from({ length: list.count }, (_, index) => list.isOdd(index))).toEqual(
      [0, 1, 0, 1, 1, 1, 0, 1].map(Boolean),
    );
    expect(() => list.at(8)).toThrow(RangeError);
  });

  it("writes a connection as a scenario does", () => {
    const read = readPlan({ ...input, sources: "10.0.0.8/31\n::1", ports: "443,444" }, 7);
    if (!read.ok) throw new Error(read.problem);
    const list = addressList(read.plan.ranges);
    expect(sourceAt(read.plan, list, 1)).toBe("10.0.0.9:7");
    expect(sourceAt(read.plan, list, 5)).toBe("[::1]:7");
    expect(destinationAt(read.plan, list, 2)).toBe("203.0.113.10:443");
    expect(destinationAt(read.plan, list, 3)).toBe("203.0.113.10:444");
  });
});

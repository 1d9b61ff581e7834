import { describe, expect, it } from "vitest";
import { allRows, numberOf, stepFrom, visibleRows } from "./rows.ts";
import { even, odd, runOf } from "./testRun.ts";
import { refusedRun } from "./testRefusedRun.ts";

const rows = visibleRows(runOf(even, odd));
const at = (name: string) => {
  const row = rows.find(({ event }) => "name" in event && event.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
};

describe("visibleRows", () => {
  it("leaves out allocations and the lines of proxy_log", () => {
    const kinds = new Set(rows.map(({ event }) => event.kind));
    expect(kinds).not.toContain("allocation");
    expect(kinds).not.toContain("log");
    expect(kinds).toContain("clusterDecision");
  });
  it("keeps the lines that the host logs by itself", () => {
    const logs = visibleRows(refusedRun()).filter(({ event }) => event.kind === "log");
    expect(logs).toHaveLength(1);
  });
  it("indents host calls below their callback and returns beside it", () => {
    expect(at("proxy_get_property").depth).toBe(1);
    const returns = rows.filter(({ event }) => event.kind === "guestExit");
    expect(new Set(returns.map(({ depth }) => depth))).toEqual(new Set([0]));
  });
  it("shows the worker's VM, and every VM where there is no worker", () => {
    const events = runOf(even).map((event) =>
      event.seq <= 2 ? { ...event, vm: "base" as const } : event,
    );
    expect(visibleRows(events)[0]?.event.seq).toBe(3);
    expect(allRows(events)[0]?.event.seq).toBe(1);
    expect(visibleRows(refusedRun())[0]?.event.vm).toBe("canary");
  });
});

describe("numberOf", () => {
  const events = runOf(even, odd);
  it("counts the rows from 1, so that the last number is how many there are", () => {
    const numbers = rows.map(({ event }) => numberOf(events, event.seq));
    expect(numbers).toEqual(rows.map((_, index) => index + 1));
  });
  it("gives what has no row the number of its call", () => {
    const allocation = events.find(({ kind }) => kind === "allocation");
    expect(numberOf(events, allocation?.seq ?? 0)).toBe(numberOf(events, allocation?.parent ?? 0));
  });
  it("counts each VM by itself", () => {
    const base = events.map((event) =>
      event.seq <= 2 ? { ...event, vm: "base" as const } : event,
    );
    expect([1, 2, 3].map((seq) => numberOf(base, seq))).toEqual([1, 2, 1]);
  });
});

describe("numberOf a refused plugin", () => {
  it("counts through all VMs", () => {
    const refused = refusedRun();
    const numbers = visibleRows(refused).map(({ event }) => numberOf(refused, event.seq));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe("stepFrom", () => {
  const call = at("proxy_get_property").event.seq;
  it("starts at the first row when the whole run is shown", () => {
    expect(stepFrom(rows, undefined, 1)).toBe(1);
    expect(stepFrom(rows, undefined, -1)).toBe(rows.at(-1)?.event.seq);
  });
  it("goes to the neighbour, over events without a row", () => {
    expect(stepFrom(rows, call, 1)).toBe(call + 2);
    expect(stepFrom(rows, call, -1)).toBe(call - 1);
    expect(stepFrom(rows, call + 1, -1)).toBe(call);
  });
  it("steps over what is inside of a call", () => {
    const enter = call - 1;
    const exit = stepFrom(rows, enter, 1, "over");
    const landed = rows.find(({ event }) => event.seq === exit);
    expect(landed?.event).toMatchObject({ kind: "guestExit", enter });
    expect(stepFrom(rows, exit, -1, "over")).toBe(enter);
    expect(stepFrom(rows, enter + 1, 1, "out")).toBe(exit);
    // Nothing is around the outermost calls.
    expect(stepFrom(rows, enter, 1, "out")).toBeUndefined();
  });
  it("ends at the ends", () => {
    expect(stepFrom(rows, rows.at(-1)?.event.seq, 1)).toBeUndefined();
    expect(stepFrom(rows, rows[0]?.event.seq, -1)).toBeUndefined();
    expect(stepFrom([], undefined, 1)).toBeUndefined();
  });
});

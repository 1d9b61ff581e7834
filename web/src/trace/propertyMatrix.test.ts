import { describe, expect, it } from "vitest";
import type { PropertiesAnswer, PropertyPhase } from "./observation.ts";
import { phaseColumns, propertyRows } from "./propertyMatrix.ts";
import { utf8 } from "./testRun.ts";

const phase = (
  callback: string,
  seq: number,
  upstream?: string,
  isAssumed = false,
): PropertyPhase => ({
  callback: `proxy_on_${callback}`,
  seq,
  isAssumed,
  values: [
    { type: "string", value: utf8("10.0.0.42:1") },
    upstream === undefined
      ? { absent: "there is no upstream connection yet" }
      : { type: "string", value: utf8(upstream) },
  ],
});
const answer: PropertiesAnswer = {
  kind: "properties",
  paths: ["source\0address", "upstream\0address"],
  phases: [
    phase("new_connection", 5),
    phase("downstream_data", 12, "10.1.0.11:80"),
    phase("downstream_data", 20, "10.1.0.12:80"),
    phase("log", 7, "10.1.0.13:80", true),
  ],
};
const upstreamAt = (cursor: number | undefined) => {
  const columns = phaseColumns(answer, cursor);
  const shown = columns.find(({ isNow }) => isNow);
  return [shown?.name, propertyRows(answer, columns, shown, "upstream.")[0]?.text];
};

describe("phaseColumns", () => {
  it("has one column for each callback, and knows which are assumed", () => {
    expect(phaseColumns(answer, undefined)).toMatchObject([
      { name: "new connection", isAssumed: false },
      { name: "downstream data", phase: { seq: 20 }, isNow: true },
      { name: "log", isAssumed: true, isNow: false },
    ]);
  });
  it.each([
    [undefined, "downstream data", '"10.1.0.12:80"'],
    [3, "new connection", "there is no upstream connection yet"],
    [11, "new connection", "there is no upstream connection yet"],
    [12, "downstream data", '"10.1.0.11:80"'],
    [19, "downstream data", '"10.1.0.11:80"'],
    [20, "downstream data", '"10.1.0.12:80"'],
  ])("at the playhead %s shows %s", (cursor, name, text) => {
    expect(upstreamAt(cursor)).toEqual([name, text]);
  });
});

describe("propertyRows", () => {
  const columns = phaseColumns(answer, undefined);
  it("says for each callback whether the property is there, and why not", () => {
    const [, upstream] = propertyRows(answer, columns, columns[0], "");
    expect(upstream).toMatchObject({
      path: "upstream.address",
      isThere: false,
      cells: [
        { isThere: false, text: "there is no upstream connection yet" },
        { isThere: true, text: '"10.1.0.12:80"' },
        { isThere: true },
      ],
    });
  });
  it("finds by path and by reason", () => {
    const found = (search: string) =>
      propertyRows(answer, columns, columns[0], search).map(({ path }) => path);
    expect(found("SOURCE")).toEqual(["source.address"]);
    expect(found("no upstream")).toEqual(["upstream.address"]);
    expect(found("nothing")).toEqual([]);
  });
});

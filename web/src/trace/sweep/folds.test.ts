import { describe, expect, it } from "vitest";
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import { inPieces, sweepCsv } from "./csv.ts";
import { blockAt, blockName, cellShares, cellsOf, pathTo } from "./heatMap.ts";
import { OTHER, outcomeTexts, ranked, tally } from "./outcomes.ts";
import { addressList } from "./plan.ts";
import { checkRule, likelyRule } from "./rule.ts";
import { answerOf, patternText, subjectOf, toneOf } from "./sentence.ts";

const document: ScenarioDocument = {
  tcpProxy: { cluster: "default" },
  clusters: { egress1: { endpoints: [] }, egress2: { endpoints: [] }, default: { endpoints: [] } },
  connections: [],
};
const routed = (cluster: string): SweepOutcome => ({ kind: "routed", cluster, by: "filterState" });
const table: readonly SweepOutcome[] = [
  routed("egress1"),
  routed("egress2"),
  { kind: "routed", cluster: "default", by: "cluster" },
  { kind: "trapped" },
  routed("egress9"),
];
const list = addressList(["10.0.0.0/29"]);
const texts = outcomeTexts(table, document);
const sentence = (codes: readonly number[]) => {
  const counted = tally(Uint8Array.from(codes));
  const found = ranked(counted, texts);
  return [toneOf(found), answerOf(found, counted)];
};

describe("the answer", () => {
  it("is one sentence", () => {
    expect(sentence([1, 2, 1, 2])).toEqual([
      "plain",
      "2 go to egress1, 2 go to egress2, none undecided",
    ]);
    expect(sentence([1, 1, 1, 3])).toEqual([
      "warn",
      "3 go to egress1, 1 is undecided and goes to default",
    ]);
    expect(sentence([1, 5, 5, 4, 0])).toEqual([
      "bad",
      "2 are closed: no cluster egress9, 1 goes to egress1, 1 traps, none undecided, 1 not asked",
    ]);
    expect(sentence([1, 2, 3, 4, 5, 1, 2, 3, OTHER])[1]).toBe(
      "2 go to egress1, 2 go to egress2, 2 are undecided and go to default, 3 have 3 other outcomes",
    );
    expect(sentence([0, 0])[1]).toBe("nothing known yet");
    expect(subjectOf(65_536, 1)).toBe("65\u00a0536 addresses");
    expect(subjectOf(1, 2)).toBe("1 address × 2 ports");
  });
});

describe("tally", () => {
  it("counts and keeps the first places", () => {
    const { counts, firsts } = tally(Uint8Array.from([1, 0, 2, 1, 1, 1, 1, 1]));
    expect([counts[0], counts[1], counts[2]]).toEqual([1, 6, 1]);
    expect(firsts.get(1)).toEqual([0, 3, 4, 5, 6]);
    expect(firsts.has(0)).toBe(false);
  });
});

describe("the even and odd rule", () => {
  const codes = Uint8Array.from([1, 2, 1, 2, 3, 2, 1, 0]);
  it("is found from what most addresses do", () => {
    expect(likelyRule(codes, table, list)).toEqual({ even: "egress1", odd: "egress2" });
    expect(likelyRule(Uint8Array.from([3, 3]), table, list)).toBeUndefined();
  });
  it("is broken by what goes elsewhere or is undecided", () => {
    const rule = { even: "egress1", odd: "egress2" };
    const check = checkRule(codes, table, list, rule);
    expect(check).toEqual({ asked: 7, broken: 1, first: [4] });
    expect(patternText(rule, check)).toBeUndefined();
    const kept = checkRule(codes.slice(0, 4), table, list, rule);
    expect(patternText(rule, kept)).toBe(
      "Every even last byte goes to egress1, every odd one to egress2.",
    );
  });
});

describe("the heat map", () => {
  it("shows networks of 256 addresses, and opens them", () => {
    const wide = addressList(["10.0.0.0/16"]);
    const whole = { first: 0, size: wide.count };
    const cells = cellsOf(wide, whole);
    expect(cells).toHaveLength(256);
    expect(cells[42]).toEqual({ first: 42 * 256, size: 256, label: ".42" });
    expect(blockName(wide, whole)).toBe("10.0.0.0/16");
    expect(blockName(wide, blockAt(whole, 42 * 256 + 7))).toBe("10.0.42.0/24");
    expect(pathTo(wide.count, 42 * 256 + 7)).toEqual([whole, { first: 42 * 256, size: 256 }]);
    expect(pathTo(1 << 20, 70_000)).toEqual([
      { first: 0, size: 1 << 20 },
      { first: 65_536, size: 65_536 },
      { first: 69_888, size: 256 },
    ]);
  });
  it("labels IPv6 and lists", () => {
    const v6 = addressList(["2001:db8::/112"]);
    expect(cellsOf(v6, { first: 0, size: 65_536 })[1]?.label).toBe("100");
    expect(cellsOf(v6, { first: 0, size: 256 })[0]?.label).toBe("0");
    const mixed = addressList(["10.0.0.0/25", "10.2.0.0/25", "10.3.0.9"]);
    const cells = cellsOf(mixed, { first: 0, size: mixed.count });
    expect(cells.map(({ size }) => size)).toEqual([256, 1]);
    expect(blockName(mixed, { first: 0, size: 256 })).toBe("10.0.0.0 to 10.2.0.127");
  });
  it("counts the outcomes of each cell", () => {
    const codes = Uint8Array.from([1, 2, 2, 0]);
    expect(cellShares(codes, [{ first: 0, size: 4 }])).toEqual([
      [
        { code: 2, count: 2 },
        { code: 0, count: 1 },
        { code: 1, count: 1 },
      ],
    ]);
  });
});

describe("the file", () => {
  it("has a line for each answer", () => {
    const plan = { ranges: ["10.0.0.0/30"], sourcePort: 1, destinations: ["9.9.9.9:443"] };
    const quoted = [...table, routed('a,"b')];
    const codes = Uint8Array.from([1, 0, 4, 6]);
    expect(sweepCsv(codes, quoted, plan, addressList(plan.ranges)).join("")).toBe(
      [
        "source,destination,outcome,cluster,by",
        "10.0.0.0,9.9.9.9:443,routed,egress1,filterState",
        "10.0.0.2,9.9.9.9:443,trapped,,",
        '10.0.0.3,9.9.9.9:443,routed,"a,""b",filterState',
        "",
      ].join("\r\n"),
    );
  });
  it("comes in pieces that join without gaps", () => {
    const lines = inPieces("h", 200_000, String).join("").split("\r\n");
    expect(lines).toHaveLength(200_002);
    expect(lines[65_537]).toBe("65536");
  });
});

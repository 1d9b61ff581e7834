import { describe, expect, it } from "vitest";
import { clusterMarks, shortCluster } from "./clusterMarks.ts";
import { bytesText } from "./describeValue.ts";
import { hexDump } from "./hexDump.ts";
import { readFields, readSetFilterState } from "./protobufFields.ts";
import { document, filterStateArguments, utf8 } from "./testRun.ts";

describe("readSetFilterState", () => {
  it("gives each field its bytes", () => {
    const message = readSetFilterState(filterStateArguments("egress1"));
    expect(message?.fields).toMatchObject([
      { number: 1, name: "path", start: 0, valueStart: 2, end: 25 },
      { number: 2, name: "value", start: 25, valueStart: 27, end: 34 },
    ]);
    expect(message?.defaults).toEqual([{ number: 3, name: "span", value: "FilterChain" }]);
  });
  it("reads lengths of more than one byte", () => {
    const value = "x".repeat(300);
    const bytes = Uint8Array.from([0x12, 0xac, 0x02, ...utf8(value)]);
    expect(readSetFilterState(bytes)?.fields).toMatchObject([{ valueStart: 3, end: 303 }]);
  });
  it("names the span that was sent", () => {
    expect(readSetFilterState(Uint8Array.of(0x18, 2))?.fields[0]?.value).toMatchObject({
      name: "DownstreamConnection",
    });
  });
  it("refuses what is no message", () => {
    for (const bytes of [[0xff], [0x0a, 5, 1], [0x00], [0x0b], [0x0a]])
      expect(readSetFilterState(Uint8Array.from(bytes))).toBeUndefined();
  });
});

it("reads fields of unknown messages", () => {
  const bytes = Uint8Array.from([0x08, 0x96, 0x01, 0x15, 1, 2, 3, 4]);
  expect(readFields(bytes)).toMatchObject([
    { number: 1, value: { kind: "varint", bigint: 150n } },
    { number: 2, value: { kind: "fixed" }, end: 8 },
  ]);
});

it("dumps bytes in lines", () => {
  const lines = hexDump(utf8("a\0b c"), 4);
  expect(lines.map(({ offset }) => offset)).toEqual(["0000", "0004"]);
  expect(lines[0]?.bytes.map(({ hex, text }) => hex + text)).toEqual(["61a", "00·", "62b", "20·"]);
  expect(hexDump(new Uint8Array(), 8)).toEqual([]);
});

it("shows bytes as text only where they are text", () => {
  expect(bytesText(utf8('say "hi"\n'))).toBe('"say \\"hi\\"\\n"');
  expect(bytesText(Uint8Array.of(0xff, 0))).toBe("ff 00 (2 B)");
});

it("marks clusters by their order, tcp_proxy's own apart", () => {
  expect([...clusterMarks(document)]).toEqual([
    ["egress1", "r1"],
    ["egress2", "r2"],
    ["default", "rd"],
  ]);
  const many = Object.fromEntries([..."abcdefg"].map((name) => [name, { endpoints: [] }]));
  expect([...clusterMarks({ clusters: many, connections: [] }).values()].slice(4)).toEqual([
    "r5",
    "plain",
    "plain",
  ]);
});

it("shortens only Istio's names", () => {
  expect(shortCluster("outbound|443|v1|egress1.default.svc.cluster.local")).toBe("egress1");
  expect(shortCluster("outbound|443||10.0.0.1")).toBe("10.0.0.1");
  expect(shortCluster("egress1.example")).toBe("egress1.example");
});

import { describe, expect, it } from "vitest";
import { protobufRows } from "./protobufTree.ts";
import { filterStateArguments, utf8 } from "./testRun.ts";

/** A field of bytes. */
const field = (number: number, bytes: ArrayLike<number>) => [
  (number << 3) | 2,
  bytes.length,
  ...Array.from(bytes),
];
const lines = (bytes: readonly number[], name?: string) =>
  protobufRows(Uint8Array.from(bytes), name)?.map(
    ({ depth, field, message, isAmbiguous }) =>
      `${" ".repeat(depth)}${field.number} ${field.name ?? "-"} ${field.start}+${field.valueStart}..${field.end}${message === undefined ? "" : ` {${message}}`}${isAmbiguous ? " or text" : ""}`,
  );

describe("protobufRows", () => {
  it("reads messages within messages, with offsets in the whole", () => {
    const inner = field(1, [0xff, 0xfe]);
    expect(lines([0x08, 1, ...field(2, [...field(3, inner), 0x10, 5])])).toEqual([
      "1 - 0+1..2",
      "2 - 2+4..12 {}",
      " 3 - 4+6..10 {}",
      "  1 - 6+8..10",
      " 2 - 10+11..12",
    ]);
  });

  it("shows both readings of bytes that are a text and a message", () => {
    expect(lines(field(1, utf8("(A")))).toEqual(["1 - 0+2..4 {} or text", " 5 - 2+3..4"]);
    expect(lines(field(1, utf8("egress1")))).toEqual(["1 - 0+2..9"]);
  });

  it("names what is known, and takes a known text for no message", () => {
    const rows = protobufRows(filterStateArguments("egress1"), "SetEnvoyFilterStateArguments");
    expect(rows?.map(({ field: { name } }) => name)).toEqual(["path", "value"]);
    const declared = [...field(1, utf8("\n\u0003abc")), 0x10, 1, 0x18, 1, 0x28, 2];
    expect(lines(declared, "DeclarePropertyArguments")).toEqual([
      "1 name 0+2..7",
      "2 readonly 7+8..9",
      "3 type 9+10..11",
      "5 span 11+12..13",
    ]);
    const [, , type, span] =
      protobufRows(Uint8Array.from(declared), "DeclarePropertyArguments") ?? [];
    expect(type?.field.value).toMatchObject({ name: "String" });
    expect(span?.field.value).toMatchObject({ name: "DownstreamConnection" });
  });

  it("reads a Struct, and what an Any holds", () => {
    const value = field(3, utf8("b"));
    const struct = field(1, [...field(1, utf8("a")), ...field(2, value)]);
    const inStruct = [
      "1 fields 0+2..10 {Struct.FieldsEntry}",
      " 1 key 2+4..5",
      " 2 value 5+7..10 {google.protobuf.Value}",
      "  3 string_value 7+9..10",
    ];
    expect(lines(struct, "google.protobuf.Struct")).toEqual(inStruct);
    const any = [
      ...field(1, utf8("type.googleapis.com/google.protobuf.Struct")),
      ...field(2, struct),
    ];
    expect(lines(any, "google.protobuf.Any")?.[2]).toBe(" 1 fields 46+48..56 {Struct.FieldsEntry}");
  });

  it("ends at bytes that are no message, and at a depth that no message has", () => {
    expect(lines([0xff])).toBeUndefined();
    let deep: number[] = [8, 1];
    for (let level = 0; level < 40; level++) deep = field(1, deep);
    expect(lines(deep)?.length).toBe(11);
  });
});

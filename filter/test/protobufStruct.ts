import { bytesOf } from "./host.ts";

export type StructValue =
  | null
  | boolean
  | number
  | string
  | readonly StructValue[]
  | { readonly [name: string]: StructValue };

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function field(tag: number, content: Uint8Array): Uint8Array {
  return new Uint8Array([tag, ...varint(content.length), ...content]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function encodeValue(value: StructValue): Uint8Array {
  if (value === null) return new Uint8Array([0x08, 0]);
  if (typeof value === "boolean") return new Uint8Array([0x20, value ? 1 : 0]);
  if (typeof value === "string") return field(0x1a, bytesOf(value));
  if (typeof value === "number") {
    const bytes = new Uint8Array(9);
    bytes[0] = 0x11;
    new DataView(bytes.buffer).setFloat64(1, value, true);
    return bytes;
  }
  if (Array.isArray(value)) {
    return field(0x32, concat(value.map((item: StructValue) => field(0x0a, encodeValue(item)))));
  }
  return field(0x2a, encodeStruct(value as { readonly [name: string]: StructValue }));
}

/** The bytes of a google.protobuf.Struct, members in the order given, as Envoy hands them over. */
export function encodeStruct(members: { readonly [name: string]: StructValue }): Uint8Array {
  return encodeEntries(Object.entries(members));
}

/** The same from pairs, so that a name can stand twice. */
export function encodeEntries(entries: readonly (readonly [string, StructValue])[]): Uint8Array {
  return concat(
    entries.map(([name, value]) =>
      field(0x0a, concat([field(0x0a, bytesOf(name)), field(0x12, encodeValue(value))])),
    ),
  );
}

/** Plugin and VM configuration: what a google.protobuf.Any in Envoy's configuration gives the guest. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { decodeBase64 } from "../bytes.ts";
import type { PluginConfiguration } from "../scenario.ts";

const utf8 = new TextEncoder();

/**
 * Envoy source/common/protobuf/utility.h, anyToBytes: a StringValue gives its text, a BytesValue its
 * bytes, anything else, a Struct included, its serialised protobuf.
 */
export function configurationBytes(configuration: PluginConfiguration | undefined): Uint8Array {
  if (configuration === undefined) return new Uint8Array(0);
  if (typeof configuration === "string") return utf8.encode(configuration);
  if ("bytes" in configuration) return decodeBase64(configuration.bytes);
  return encodeStruct(configuration.struct);
}

/** google.protobuf.Struct, members in the order given (verified: Envoy keeps that order). */
function encodeStruct(struct: Readonly<Record<string, unknown>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, value] of Object.entries(struct)) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    writer.tag(2, WireType.LengthDelimited).bytes(encodeValue(value));
    writer.join();
  }
  return writer.finish();
}

/** google.protobuf.Value: null 1, number 2, string 3, bool 4, struct 5, list 6. */
function encodeValue(value: unknown): Uint8Array {
  const writer = new BinaryWriter();
  if (value === null) writer.tag(1, WireType.Varint).int32(0);
  else if (typeof value === "number") writer.tag(2, WireType.Bit64).double(value);
  else if (typeof value === "string") writer.tag(3, WireType.LengthDelimited).string(value);
  else if (typeof value === "boolean") writer.tag(4, WireType.Varint).bool(value);
  else if (Array.isArray(value)) {
    const list = new BinaryWriter();
    for (const item of value) list.tag(1, WireType.LengthDelimited).bytes(encodeValue(item));
    writer.tag(6, WireType.LengthDelimited).bytes(list.finish());
  } else {
    writer.tag(5, WireType.LengthDelimited).bytes(encodeStruct(value as Record<string, unknown>));
  }
  return writer.finish();
}

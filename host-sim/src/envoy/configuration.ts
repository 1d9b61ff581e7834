/** Plugin and VM configuration: what a google.protobuf.Any in Envoy's configuration gives the guest. */
import { decodeBase64 } from "../bytes.ts";
import type { PluginConfiguration } from "../scenario.ts";
import { bytesField, doubleField, varintField } from "./protoWriter.ts";

const utf8 = new TextEncoder();

/**
 * Envoy source/common/protobuf/utility.h, anyToBytes: a StringValue gives its text, a BytesValue its
 * bytes, anything else, a Struct included, its serialised protobuf.
 */
export function configurationBytes(configuration: PluginConfiguration | undefined): Uint8Array {
  if (configuration === undefined) return new Uint8Array(0);
  if (typeof configuration === "string") return utf8.encode(configuration);
  if ("bytes" in configuration) return decodeBase64(configuration.bytes);
  return Uint8Array.from(encodeStruct(configuration.struct));
}

/** google.protobuf.Struct, members in the order given (verified: Envoy keeps that order). */
function encodeStruct(struct: Readonly<Record<string, unknown>>): number[] {
  return Object.entries(struct).flatMap(([name, value]) =>
    bytesField(1, [...bytesField(1, utf8.encode(name)), ...bytesField(2, encodeValue(value))]),
  );
}

/** google.protobuf.Value: null 1, number 2, string 3, bool 4, struct 5, list 6. */
function encodeValue(value: unknown): number[] {
  if (value === null) return varintField(1, 0);
  if (typeof value === "number") return doubleField(2, value);
  if (typeof value === "string") return bytesField(3, utf8.encode(value));
  if (typeof value === "boolean") return varintField(4, value ? 1 : 0);
  if (Array.isArray(value)) {
    return bytesField(
      6,
      value.flatMap((item) => bytesField(1, encodeValue(item))),
    );
  }
  return bytesField(5, encodeStruct(value as Record<string, unknown>));
}

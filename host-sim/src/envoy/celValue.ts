/** Values of attributes, and the bytes that a guest gets of them (Envoy context.cc, serializeValue). */

/** A value with Envoy's type, as a CEL expression would see it. */
export type Value =
  | { readonly type: "string"; readonly text: string | Uint8Array }
  | { readonly type: "int" | "uint" | "timestamp" | "duration"; readonly number: bigint | number }
  /** Filter state. */
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "bool"; readonly bool: boolean }
  /** Empty in every case that is modelled. */
  | { readonly type: "map" | "message" }
  /** There, but without bytes. */
  | { readonly type: "null" };

/** Envoy context.cc, serializeValue. */
export function serialise(value: Value): Uint8Array | string {
  switch (value.type) {
    case "string":
      return value.text;
    case "bytes":
      return value.bytes;
    case "bool":
      return Uint8Array.of(value.bool ? 1 : 0);
    case "int":
    case "uint":
    case "timestamp":
    case "duration":
      return encode64(value.number);
    case "map":
      return new Uint8Array(4);
    case "message":
    case "null":
      return new Uint8Array(0);
  }
}

/** 64 bits, little endian. */
export function encode64(number: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (typeof number === "bigint") view.setBigInt64(0, BigInt.asIntN(64, number), true);
  else {
    view.setInt32(0, number | 0, true);
    view.setInt32(4, Math.floor(number / 2 ** 32), true);
  }
  return bytes;
}

/** Values of attributes, and the bytes that a guest gets of them (Envoy context.cc, serializeValue). */

/** A value with Envoy's type, as a CEL expression would see it. */
export type Value =
  | { readonly type: "string"; readonly text: string | Uint8Array }
  | { readonly type: "int" | "uint" | "timestamp" | "duration"; readonly number: bigint | number }
  | { readonly type: "bool"; readonly bool: boolean }
  /** Empty in every case that is modelled. */
  | { readonly type: "map" | "message" }
  /** There, but without bytes. */
  | { readonly type: "null" };

const encoder = new TextEncoder();

/** Envoy context.cc, serializeValue. */
export function serialise(value: Value): Uint8Array {
  switch (value.type) {
    case "string":
      return typeof value.text === "string" ? encodeText(value.text) : value.text;
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

/** Addresses and names are short ASCII; TextEncoder costs more than this loop. */
function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}

function encode64(number: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, BigInt(number)), true);
  return bytes;
}

/** Bytes and decoded arguments as short text. */
import type { DecodedValue, NamedValue, PropertyRead } from "wasmerang";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The bytes as text; undefined if they are not UTF-8 or hold control characters. */
export function asText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return undefined;
  }
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? undefined : text;
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}"`;
}

/** Text in quotes where the bytes are text, else the first of them as hex with their number. */
export function bytesText(bytes: Uint8Array): string {
  const text = asText(bytes);
  if (text !== undefined) return quote(text);
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  return `${hex.join(" ")}${bytes.length > 8 ? " …" : ""} (${bytes.length} B)`;
}

/** `source\0address` reads `source.address`. */
export function pathText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0$/, "").replaceAll("\0", ".");
}

/** One argument or result of a host call. */
export function valueText(value: DecodedValue): string {
  switch (value.kind) {
    case "number":
      return String(value.number);
    case "i64":
      return String(value.bigint);
    case "enum":
      return value.name;
    case "string":
      return value.bytes === undefined ? "out of memory's range" : bytesText(value.bytes);
    case "propertyPath":
      return value.bytes === undefined ? "out of memory's range" : pathText(value.bytes);
    case "bytes":
      return `${value.length} B`;
    case "out":
      return value.pointers.map((pointer) => `→ 0x${pointer.toString(16)}`).join(", ");
  }
}

/** What a property's bytes mean, given Envoy's type of it: a number, a text, or the bytes. */
export function propertyText(read: PropertyRead): string {
  const { value, type } = read;
  if (value === undefined) return read.absent ?? "absent";
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (/bool/i.test(type ?? "") && value.length === 1) return value[0] === 0 ? "false" : "true";
  if (/uint/i.test(type ?? "") && value.length === 8) return String(view.getBigUint64(0, true));
  if (/int|time|duration/i.test(type ?? "") && value.length === 8)
    return String(view.getBigInt64(0, true));
  if (/double|float/i.test(type ?? "") && value.length === 8)
    return String(view.getFloat64(0, true));
  return bytesText(value);
}

/** The first argument that holds text, such as the name of a foreign function. */
export function firstText(args: readonly NamedValue[]): string | undefined {
  for (const { value } of args)
    if (value.kind === "string" && value.bytes !== undefined) return asText(value.bytes);
  return undefined;
}

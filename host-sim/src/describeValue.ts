/** Bytes, arguments and results of calls as short text. */
import { FilterStatus, PeerType, nameOf } from "./abi.ts";
import { callbackParameters } from "./callbackParameters.ts";
import type { DecodedValue, NamedValue, PropertyRead } from "./trace.ts";

/** Longer texts and byte strings are cut. */
const MAX_TEXT = 160;
const MAX_HEX = 24;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Text in quotes where the bytes are text, else hex; with the number of bytes if cut. */
export function describeBytes(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined) {
    const hex = Array.from(bytes.subarray(0, MAX_HEX), (byte) =>
      byte.toString(16).padStart(2, "0"),
    );
    return bytes.length > MAX_HEX
      ? `<${hex.join("")}... ${bytes.length} bytes>`
      : `<${hex.join("")}>`;
  }
  return text.length > MAX_TEXT
    ? `${JSON.stringify(text.slice(0, MAX_TEXT))}... (${bytes.length} bytes)`
    : JSON.stringify(text);
}

function decodeText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // not UTF-8
    throw error;
  }
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? undefined : text;
}

/** Text on one line: control characters as JSON escapes, the rest as it is. */
export function onOneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, (letter) =>
    letter === "\u007f" ? "\\u007f" : JSON.stringify(letter).slice(1, -1),
  );
}

/** A property path with dots for its NULs. */
function describePath(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0$/, "").replaceAll("\0", ".");
}

/** Arguments of a host call, without the addresses of its results. */
export function describeArguments(args: readonly NamedValue[]): string {
  return args
    .filter(({ value }) => value.kind !== "out")
    .map(({ name, value }) => `${name}: ${describeDecoded(value)}`)
    .join(", ");
}

/** Results of a host call. */
export function describeResults(results: readonly NamedValue[]): string {
  return results.map(({ name, value }) => `${name}: ${describeDecoded(value)}`).join(", ");
}

function describeDecoded(value: DecodedValue): string {
  switch (value.kind) {
    case "number":
      return String(value.number);
    case "i64":
      return String(value.bigint);
    case "enum":
      return value.name;
    case "bytes":
    case "string":
    case "propertyPath": {
      const { bytes, pointer, length } = value;
      if (!bytes) return `<${length} bytes at ${pointer}: outside of the guest's memory>`;
      return value.kind === "propertyPath" ? describePath(bytes) : describeBytes(bytes);
    }
    case "out":
      return value.pointers.join(" ");
  }
}

/** What a property's bytes mean, after Envoy's type of it. */
export function describeProperty({ value, type, absent }: PropertyRead): string {
  if (!value) return absent ?? "absent";
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (value.length === 8) {
    if (type === "uint") return String(view.getBigUint64(0, true));
    if (type === "double") return String(view.getFloat64(0, true));
    if (type === "duration" || type === "timestamp") return `${view.getBigInt64(0, true)} ns`;
    if (type === "int") return String(view.getBigInt64(0, true));
  }
  if (type === "bool" && value.length === 1) return value[0] === 0 ? "false" : "true";
  return describeBytes(value);
}

/** Arguments of a callback, with their names where they are known. */
export function describeCallbackArguments(callback: string, args: readonly number[]): string {
  const names = callbackParameters[callback] ?? [];
  return args
    .map((value, index) => {
      const name = names[index];
      if (name === undefined) return String(value);
      return `${name}: ${name === "peer" ? nameOf(PeerType, value) : value}`;
    })
    .join(", ");
}

const WITH_FILTER_STATUS = /^proxy_on_(?:new_connection|(?:down|up)stream_data)$/;

/** What a callback answered; for filter callbacks by name. */
export function describeReturn(callback: string, returned: number): string {
  if (!WITH_FILTER_STATUS.test(callback)) return String(returned);
  // Envoy takes whatever is not 0 for StopIteration.
  const name = returned === FilterStatus.Continue ? "Continue" : "StopIteration";
  return `${returned} ${name}`;
}

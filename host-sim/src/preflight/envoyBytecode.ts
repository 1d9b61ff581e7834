/**
 * The wasm binary as proxy-wasm-cpp-host reads it before any engine sees it: the ABI marker, the
 * `name` section and the walk that strips precompiled code. Its checks are looser and in places
 * stricter than an engine's, and they decide which line Envoy prints.
 * Source: proxy-wasm-cpp-host src/bytecode_util.cc.
 */
import type { AbiVersion } from "../abi.ts";

const MARKERS: ReadonlyMap<string, AbiVersion> = new Map([
  ["proxy_abi_version_0_1_0", "0.1.0"],
  ["proxy_abi_version_0_2_0", "0.2.0"],
  ["proxy_abi_version_0_2_1", "0.2.1"],
]);
const CUSTOM = 0;
const EXPORTS = 7;
const HEADER_SIZE = 8;
const latin1 = new TextDecoder("latin1");

/** A cursor whose reads answer undefined where the C++ functions return false. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** `checkWasmHeader`: input of fewer than 8 bytes passes. */
function hasHeader(bytes: Uint8Array): boolean {
  return (
    bytes.length < HEADER_SIZE || [0x00, 0x61, 0x73, 0x6d].every((it, index) => bytes[index] === it)
  );
}

/** `parseVarint`: at most 30 bits; more is an overflow. */
function varint(cursor: Cursor, end: number): number | undefined {
  let total = 0;
  for (let shift = 0; cursor.at < end && shift <= 28; shift += 7) {
    const byte = cursor.bytes[cursor.at] ?? 0;
    cursor.at += 1;
    const value = byte & 0x7f;
    if (shift === 28 && value > 3) return undefined;
    total += value * 2 ** shift;
    if (byte < 0x80) return total;
  }
  return undefined;
}

/** A length that fits before `end`. */
function length(cursor: Cursor, end: number): number | undefined {
  const value = varint(cursor, end);
  return value === undefined || cursor.at + value > end ? undefined : value;
}

function textAt(bytes: Uint8Array, start: number, size: number): string {
  return latin1.decode(bytes.subarray(start, start + size));
}

/**
 * Walks the sections until `visit` answers something. Answers "corrupted" when a section does not
 * fit, undefined at the end.
 */
function walk<T>(
  bytes: Uint8Array,
  visit: (id: number, start: number, end: number) => T | undefined,
): T | "corrupted" | undefined {
  if (!hasHeader(bytes)) return "corrupted";
  const cursor: Cursor = { bytes, at: HEADER_SIZE };
  while (cursor.at < bytes.length) {
    const id = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    const size = length(cursor, bytes.length);
    if (size === undefined) return "corrupted";
    const found = visit(id, cursor.at, cursor.at + size);
    if (found !== undefined) return found;
    cursor.at += size;
  }
  return undefined;
}

/**
 * `getAbiVersion`: the first exported function with a marker's name decides. "none" when there is
 * no such export, "corrupted" when the walk fails before one is found.
 */
export function readAbiMarker(bytes: Uint8Array): AbiVersion | "none" | "corrupted" {
  const found = walk(bytes, (id, start, end) => {
    if (id !== EXPORTS) return undefined;
    const cursor: Cursor = { bytes, at: start };
    const count = length(cursor, end);
    if (count === undefined) return "corrupted";
    for (let entry = 0; entry < count; entry += 1) {
      const size = length(cursor, end);
      if (size === undefined) return "corrupted";
      const nameAt = cursor.at;
      cursor.at += size;
      if (cursor.at >= bytes.length) return "corrupted";
      const kind = bytes[cursor.at];
      cursor.at += 1;
      const abi = kind === 0 ? MARKERS.get(textAt(bytes, nameAt, size)) : undefined;
      if (abi) return abi;
      if (varint(cursor, bytes.length) === undefined) return "corrupted";
    }
    return "none";
  });
  return found ?? "none";
}

/**
 * `getFunctionNameIndex`: false when the first `name` section is malformed, or a section before it
 * does not fit.
 */
export function hasReadableNameSection(bytes: Uint8Array): boolean {
  const section = walk(bytes, (id, start, end) => {
    if (id !== CUSTOM) return undefined;
    const cursor: Cursor = { bytes, at: start };
    const size = length(cursor, end);
    if (size === undefined) return "corrupted" as const;
    return textAt(bytes, cursor.at, size) === "name" ? { start: cursor.at + size, end } : undefined;
  });
  if (section === "corrupted") return false;
  return section === undefined || isReadableNameMap(bytes, section.start, section.end);
}

function isReadableNameMap(bytes: Uint8Array, start: number, end: number): boolean {
  const cursor: Cursor = { bytes, at: start };
  while (cursor.at < end) {
    const id = bytes[cursor.at];
    cursor.at += 1;
    const size = length(cursor, end);
    if (size === undefined) return false;
    const mapStart = cursor.at;
    if (id !== 1) {
      cursor.at += size;
      continue;
    }
    const count = length(cursor, end);
    if (count === undefined) return false;
    for (let entry = 0; entry < count; entry += 1) {
      if (varint(cursor, end) === undefined) return false;
      const nameSize = length(cursor, end);
      if (nameSize === undefined) return false;
      cursor.at += nameSize;
    }
    if (cursor.at !== mapStart + size) return false;
  }
  return true;
}

/** `getStrippedSource`: every section of the file fits, and every custom section's name does. */
export function hasReadableSections(bytes: Uint8Array): boolean {
  return (
    walk(bytes, (id, start) => {
      if (id !== CUSTOM) return undefined;
      return length({ bytes, at: start }, bytes.length) === undefined ? "corrupted" : undefined;
    }) !== "corrupted"
  );
}

/** The trace as JSON, one event a line. */
import { encodeBase64 } from "./bytes.ts";
import type { TraceEvent } from "./trace.ts";

/** What `formatJson` makes of a value: bytes and big integers have no JSON of their own. */
export type JsonOf<T> = T extends Uint8Array
  ? { base64: string }
  : T extends bigint
    ? string
    : T extends readonly (infer Item)[]
      ? JsonOf<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: JsonOf<T[Key]> }
        : T;

/** One event as a line of JSON: bytes as `{"base64": "..."}`, i64 as decimal text. */
export function formatJson(event: TraceEvent): string {
  return JSON.stringify(toJson(event));
}

/** Bytes as base64, big integers as text; everything else as it is. */
export function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return { base64: encodeBase64(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

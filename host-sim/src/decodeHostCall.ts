/** From recorded words and bytes to the named values of a host call, after its declaration. */
import { nameOf } from "./abi.ts";
import type { Hostcall, ParamKind, ResultKind } from "./hostcalls/define.ts";
import type { DecodedValue } from "./trace.ts";

/** The wasm words of a call from what was recorded: an i64 was written as low and high half. */
export function joinWords(hostcall: Hostcall, next: () => number): (number | bigint)[] {
  return hostcall.signature.params.map((type) => {
    const low = next() >>> 0;
    return type === "i64" ? (BigInt(next()) << 32n) | BigInt(low) : low;
  });
}

export function decodeParam(
  kind: ParamKind,
  take: () => number | bigint,
  data: () => Uint8Array | undefined,
): DecodedValue {
  switch (kind.kind) {
    case "u32":
      return { kind: "number", number: Number(take()) };
    case "i64":
      return { kind: "i64", bigint: BigInt(take()) };
    case "enum": {
      const number = Number(take());
      return { kind: "enum", number, name: nameOf(kind.table, number) };
    }
    case "bytes":
    case "string":
    case "propertyPath": {
      const pointer = Number(take());
      const length = Number(take());
      const bytes = data();
      return { kind: kind.kind, pointer, length, ...(bytes ? { bytes } : {}) };
    }
  }
}

export function decodeResult(
  kind: ResultKind["kind"],
  a: number,
  b: number,
  data: Uint8Array | undefined,
): DecodedValue {
  switch (kind) {
    case "u32Out":
      return { kind: "number", number: a >>> 0 };
    case "u64Out":
      return { kind: "i64", bigint: (BigInt(b >>> 0) << 32n) | BigInt(a >>> 0) };
    case "bytesOut":
      return { kind: "bytes", pointer: a >>> 0, length: b >>> 0, ...(data ? { bytes: data } : {}) };
  }
}

const utf8 = new TextDecoder();

/** The segments of a property path: separated by one NUL, one at the end is ignored. */
export function splitPath(bytes: Uint8Array): string[] {
  const text = utf8.decode(bytes);
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

/** Foreign functions that Envoy 1.40 registers (source/extensions/common/wasm/foreign.cc). */
import { readProto } from "./protoReader.ts";

export const spans = ["FilterChain", "DownstreamRequest", "DownstreamConnection"] as const;

export interface SetEnvoyFilterState {
  readonly path: string;
  readonly value: Uint8Array;
  readonly span: (typeof spans)[number];
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const empty = new Uint8Array(0);

/**
 * Parses SetEnvoyFilterStateArguments {path = 1, value = 2, span = 3} as proto3 does: a missing
 * field is empty, the last of two wins, unknown fields are skipped, a known field of another wire
 * type is unknown. Answers undefined where the C++ parser fails, ill-formed UTF-8 included.
 */
export function parseSetEnvoyFilterState(data: Uint8Array): SetEnvoyFilterState | undefined {
  const fields = readProto(data);
  if (!fields) return undefined;
  let path = "";
  let value = empty;
  let span = 0;
  for (const field of fields) {
    if (field.number === 1 && field.kind === "bytes") {
      const text = readUtf8(field.bytes);
      if (text === undefined) return undefined;
      path = text;
    } else if (field.number === 2 && field.kind === "bytes") {
      if (readUtf8(field.bytes) === undefined) return undefined;
      value = field.bytes.slice();
    } else if (field.number === 3 && field.kind === "varint") {
      span = Number(BigInt.asIntN(32, field.value));
    }
  }
  return { path, value, span: spans[span] ?? "FilterChain" };
}

/** Undefined for bytes that are no UTF-8: a proto3 string must be. */
function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Fields of a message by number; a field that is not there has no entry. */
export type Fields = ReadonlyMap<number, Uint8Array | bigint>;

/**
 * Parses a message of strings, bytes and varints as proto3 does: the last of two wins, unknown
 * fields and fields of another wire type are skipped. Undefined where the C++ parser fails.
 */
export function parseFields(
  data: Uint8Array,
  kinds: Readonly<Record<number, "string" | "bytes" | "varint">>,
): Fields | undefined {
  const fields = new Map<number, Uint8Array | bigint>();
  for (const field of readProto(data) ?? [undefined]) {
    if (!field) return undefined;
    const kind = kinds[field.number];
    if (field.kind === "varint" && kind === "varint") fields.set(field.number, field.value);
    if (field.kind !== "bytes" || !kind || kind === "varint") continue;
    if (kind === "string" && readUtf8(field.bytes) === undefined) return undefined;
    fields.set(field.number, field.bytes);
  }
  return fields;
}

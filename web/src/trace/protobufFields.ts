/** Protobuf messages as fields with the bytes that they stand in, for the view of the bytes. */

export interface ProtobufField {
  readonly number: number;
  /** From the message's definition, where it is known. */
  readonly name?: string;
  /** First byte of the tag. */
  readonly start: number;
  /** First byte of the value: after the tag and, for bytes, after the length. */
  readonly valueStart: number;
  readonly end: number;
  readonly value:
    | { readonly kind: "varint"; readonly bigint: bigint; readonly name?: string }
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | { readonly kind: "fixed"; readonly bytes: Uint8Array };
}

export interface ProtobufMessage {
  /** The message's name, where it is known. */
  readonly name?: string;
  readonly fields: readonly ProtobufField[];
  /** Fields of the definition that were not sent, with what Envoy takes instead. */
  readonly defaults: readonly {
    readonly number: number;
    readonly name: string;
    readonly value: string;
  }[];
}

/** envoy/source/extensions/common/wasm/ext/set_envoy_filter_state.proto. */
const setFilterState = {
  name: "SetEnvoyFilterStateArguments",
  fields: { 1: "path", 2: "value", 3: "span" } as Readonly<Record<number, string>>,
  spans: ["FilterChain", "DownstreamRequest", "DownstreamConnection"],
} as const;

/** Answers undefined if the bytes are not a well-formed message. */
export function readSetFilterState(bytes: Uint8Array): ProtobufMessage | undefined {
  const fields = readFields(bytes);
  if (fields === undefined) return undefined;
  const named = fields.map((field): ProtobufField => {
    const name = setFilterState.fields[field.number];
    if (name === undefined) return field;
    if (name !== "span" || field.value.kind !== "varint") return { ...field, name };
    const span = setFilterState.spans[Number(field.value.bigint)] ?? "FilterChain (unknown value)";
    return { ...field, name, value: { ...field.value, name: span } };
  });
  const sent = new Set(fields.map((field) => field.number));
  const defaults = [
    { number: 1, name: "path", value: '""' },
    { number: 2, name: "value", value: '""' },
    { number: 3, name: "span", value: setFilterState.spans[0] },
  ].filter((field) => !sent.has(field.number));
  return { name: setFilterState.name, fields: named, defaults };
}

/**
 * Any message, without its definition. Answers undefined for bytes that are none, that leave a
 * rest, or that hold groups (no message of Envoy has them).
 */
export function readFields(bytes: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = readVarint(bytes, at);
    if (tag === undefined) return undefined;
    const number = Number(tag.value >> 3n);
    if (number === 0 || number > 0x1fff_ffff) return undefined;
    const field = readValue(bytes, tag.end, Number(tag.value & 7n));
    if (field === undefined) return undefined;
    fields.push({ number, start, ...field });
    at = field.end;
  }
  return fields;
}

function readValue(
  bytes: Uint8Array,
  at: number,
  wireType: number,
): Pick<ProtobufField, "valueStart" | "end" | "value"> | undefined {
  if (wireType === 0) {
    const varint = readVarint(bytes, at);
    return (
      varint && { valueStart: at, end: varint.end, value: { kind: "varint", bigint: varint.value } }
    );
  }
  const isFixed = wireType === 1 || wireType === 5;
  if (!isFixed && wireType !== 2) return undefined;
  const length = isFixed ? { value: wireType === 1 ? 8n : 4n, end: at } : readVarint(bytes, at);
  if (length === undefined || length.value > BigInt(bytes.length - length.end)) return undefined;
  const end = length.end + Number(length.value);
  const value = bytes.subarray(length.end, end);
  return {
    valueStart: length.end,
    end,
    value: { kind: isFixed ? "fixed" : "bytes", bytes: value },
  };
}

/** At most ten bytes, as protobuf has it. */
function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + index + 1 };
  }
  return undefined;
}

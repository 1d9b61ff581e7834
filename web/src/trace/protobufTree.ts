/** A protobuf message as lines of a tree: its fields, and the messages within them. */
import { asText } from "./describeValue.ts";
import { readFields, readSetFilterState, type ProtobufField } from "./protobufFields.ts";

export interface ProtobufRow {
  /** Its place in the tree: `0`, `0.1`. */
  readonly key: string;
  readonly depth: number;
  /** Offsets count from the first byte of the whole message. */
  readonly field: ProtobufField;
  /** The message that its bytes are, by name; "" for one of an unknown name; undefined: they are none. */
  readonly message?: string;
  /** The bytes may as well be a text: which it is, only the definition knows. */
  readonly isAmbiguous: boolean;
}

interface Field {
  readonly name: string;
  /** Name of the message that it holds. Absent: no message. */
  readonly message?: string;
  /** Names of an enum's values. */
  readonly values?: readonly string[];
}
type Definition = Readonly<Record<number, Field>>;

const wrapper: Definition = { 1: { name: "value" } };

/** Definitions that plugins of Envoy meet; source: Envoy's declare_property.proto, protobuf's own. */
const definitions: Readonly<Record<string, Definition>> = {
  SetEnvoyFilterStateArguments: { 1: { name: "path" }, 2: { name: "value" }, 3: { name: "span" } },
  DeclarePropertyArguments: {
    1: { name: "name" },
    2: { name: "readonly" },
    3: { name: "type", values: ["Bytes", "String", "FlatBuffers", "Protobuf"] },
    4: { name: "schema" },
    5: { name: "span", values: ["FilterChain", "DownstreamRequest", "DownstreamConnection"] },
  },
  "google.protobuf.Struct": { 1: { name: "fields", message: "Struct.FieldsEntry" } },
  "Struct.FieldsEntry": {
    1: { name: "key" },
    2: { name: "value", message: "google.protobuf.Value" },
  },
  "google.protobuf.Value": {
    1: { name: "null_value" },
    2: { name: "number_value" },
    3: { name: "string_value" },
    4: { name: "bool_value", values: ["false", "true"] },
    5: { name: "struct_value", message: "google.protobuf.Struct" },
    6: { name: "list_value", message: "google.protobuf.ListValue" },
  },
  "google.protobuf.ListValue": { 1: { name: "values", message: "google.protobuf.Value" } },
  "google.protobuf.Timestamp": { 1: { name: "seconds" }, 2: { name: "nanos" } },
  "google.protobuf.Duration": { 1: { name: "seconds" }, 2: { name: "nanos" } },
  "google.protobuf.Any": { 1: { name: "type_url" }, 2: { name: "value" } },
  "google.protobuf.StringValue": wrapper,
  "google.protobuf.BytesValue": wrapper,
};

/** Deeper bytes stay bytes: anything nests as deep as it likes. */
const MOST_DEPTH = 10;

/**
 * The lines of a message, outer fields before inner ones. Undefined if the bytes are no message.
 *
 * @param name the definition, if it is known; else whatever reads as a message is taken for one
 */
export function protobufRows(
  bytes: Uint8Array,
  name: string | undefined,
): readonly ProtobufRow[] | undefined {
  const fields =
    name === "SetEnvoyFilterStateArguments" ? readSetFilterState(bytes)?.fields : readFields(bytes);
  return fields && rowsOf(fields, name, "", 0, 0);
}

function rowsOf(
  fields: readonly ProtobufField[],
  name: string | undefined,
  prefix: string,
  depth: number,
  from: number,
): readonly ProtobufRow[] {
  const definition = name === undefined ? undefined : definitions[name];
  const anyType = definition && name === "google.protobuf.Any" ? typeOf(fields) : undefined;
  return fields.flatMap((found, index): readonly ProtobufRow[] => {
    const known = definition?.[found.number];
    const key = `${prefix}${index}`;
    const inner = anyType && found.number === 2 ? anyType : known?.message;
    // With a definition only what it calls a message is one; fields that it lacks may be anything.
    const mayNest = inner !== undefined || known === undefined;
    const nested =
      found.value.kind === "bytes" && mayNest && depth < MOST_DEPTH && found.value.bytes.length > 1
        ? readFields(found.value.bytes)
        : undefined;
    const row: ProtobufRow = {
      key,
      depth,
      field: placed(found, known, from),
      ...(nested ? { message: inner ?? "" } : {}),
      isAmbiguous:
        nested !== undefined &&
        inner === undefined &&
        found.value.kind === "bytes" &&
        asText(found.value.bytes) !== undefined,
    };
    if (!nested) return [row];
    return [row, ...rowsOf(nested, inner, `${key}.`, depth + 1, from + found.valueStart)];
  });
}

/** With offsets in the whole message, and with the names that are known. */
function placed(field: ProtobufField, known: Field | undefined, from: number): ProtobufField {
  const { value } = field;
  const named = value.kind === "varint" ? known?.values?.[Number(value.bigint)] : undefined;
  return {
    ...field,
    ...(known ? { name: known.name } : {}),
    start: field.start + from,
    valueStart: field.valueStart + from,
    end: field.end + from,
    value: named !== undefined && value.kind === "varint" ? { ...value, name: named } : value,
  };
}

/** What an Any holds, where its definition is here: `type.googleapis.com/NAME`. */
function typeOf(fields: readonly ProtobufField[]): string | undefined {
  const value = fields.find(({ number }) => number === 1)?.value;
  const name = value?.kind === "bytes" ? asText(value.bytes)?.replace(/^.*\//, "") : undefined;
  return name !== undefined && name in definitions ? name : undefined;
}

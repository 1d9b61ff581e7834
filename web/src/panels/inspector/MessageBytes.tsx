import { useState } from "react";
import type { MarkName } from "../../trace/clusterMarks.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { asText, bytesText } from "../../trace/describeValue.ts";
import { readSetFilterState, type ProtobufField } from "../../trace/protobufFields.ts";
import { protobufRows, type ProtobufRow } from "../../trace/protobufTree.ts";
import { HexView, type Span } from "./HexView.tsx";
import { Section } from "./parts.tsx";

/** Envoy's foreign functions whose argument is a message. */
const messages: Readonly<Record<string, string>> = {
  set_envoy_filter_state: "SetEnvoyFilterStateArguments",
  declare_property: "DeclarePropertyArguments",
};

/** An argument: its bytes, and the protobuf fields that they are. */
export function MessageBytes(props: {
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Of a foreign call. */
  readonly foreignFunction: string | undefined;
  readonly marks: ReadonlyMap<string, MarkName>;
}) {
  const { title, bytes, foreignFunction, marks } = props;
  const [lit, setLit] = useState<string>();
  const name = foreignFunction === undefined ? undefined : messages[foreignFunction];
  const isSetFilterState = foreignFunction === "set_envoy_filter_state";
  const defaults = isSetFilterState ? readSetFilterState(bytes)?.defaults : undefined;
  const isText = name === undefined && asText(bytes) !== undefined;
  const rows = isText ? undefined : protobufRows(bytes, name);
  if (rows === undefined || rows.length === 0)
    return (
      <Section title={title} aside={name === undefined ? undefined : "not a protobuf message"}>
        <HexView bytes={bytes} />
      </Section>
    );
  const tint = (field: ProtobufField, index: number) => {
    const text = field.value.kind === "bytes" ? asText(field.value.bytes) : undefined;
    const mark = field.name === "value" && text !== undefined ? marks.get(text) : undefined;
    return mark === undefined ? (tints[index % tints.length] ?? "") : markColour(mark).tint;
  };
  // Inner fields lie on those that they are in.
  const spans = rows.flatMap(({ field, key }, index): Span[] => [
    { key, start: field.start, end: field.valueStart, tint: "var(--hover)" },
    { key, start: field.valueStart, end: field.end, tint: tint(field, index) },
  ]);
  return (
    <Section title={title} aside={name ?? "protobuf, without its definition"}>
      <HexView bytes={bytes} spans={spans} lit={lit} onLight={setLit} />
      <table className="fields">
        <thead className="hidden">
          <tr>
            <th>Field</th>
            <th>Bytes</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, key, depth, ...row }, index) => (
            <tr
              key={key}
              className={lit === key ? "lit" : undefined}
              onPointerEnter={() => setLit(key)}
              onPointerLeave={() => setLit(undefined)}
            >
              <td style={{ paddingLeft: `${depth * 14}px` }}>
                {field.number} {field.name}
              </td>
              <td title={placeText(field)}>{field.end - field.valueStart} B</td>
              <td>
                <span style={{ background: tint(field, index) }}>{rowText(field, row)}</span>
                {row.message !== undefined && <MessageNote {...row} message={row.message} />}
              </td>
            </tr>
          ))}
          {defaults?.map(({ number, name, value }) => (
            <tr key={`default ${number}`}>
              <td>
                {number} {name}
              </td>
              <td>0 B</td>
              <td>
                {value} <span className="dim">(default, not sent)</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const tints = ["var(--accent-bg)", "var(--r1-bg)", "var(--r2-bg)", "var(--r3-bg)"];

const wireTypes = { varint: "varint (0)", bytes: "with a length (2)", fixed: "" };

function placeText({ start, valueStart, end, value }: ProtobufField): string {
  const fixed = end - valueStart === 8 ? "8 bytes (1)" : "4 bytes (5)";
  const wireType = value.kind === "fixed" ? fixed : wireTypes[value.kind];
  return `bytes ${valueStart} to ${end - 1}, tag at ${start}, wire type ${wireType}`;
}

/** What is in a message stands below; its bytes only where they may be a text instead. */
function rowText(field: ProtobufField, row: Pick<ProtobufRow, "message" | "isAmbiguous">): string {
  return row.message === undefined || row.isAmbiguous ? fieldText(field) : "{ }";
}

function MessageNote({
  message,
  isAmbiguous,
}: Pick<ProtobufRow, "isAmbiguous"> & { message: string }) {
  const text = message === "" ? "message" : message;
  return <span className="dim"> {isAmbiguous ? "or the message below" : text}</span>;
}

function fieldText({ value }: ProtobufField): string {
  switch (value.kind) {
    case "varint":
      return value.name === undefined ? String(value.bigint) : `${value.name} (${value.bigint})`;
    case "bytes":
      return value.bytes.length === 0 ? '""' : (asText(value.bytes) ?? bytesText(value.bytes));
    case "fixed":
      return bytesText(value.bytes);
  }
}

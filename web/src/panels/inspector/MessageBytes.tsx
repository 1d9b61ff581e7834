import { useState } from "react";
import type { MarkName } from "../../trace/clusterMarks.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { asText, bytesText } from "../../trace/describeValue.ts";
import { readFields, readSetFilterState, type ProtobufField } from "../../trace/protobufFields.ts";
import { HexView, type Span } from "./HexView.tsx";
import { Section } from "./parts.tsx";

/** The argument of a foreign call: its bytes, and the protobuf fields that they are. */
export function MessageBytes(props: {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly isSetFilterState: boolean;
  readonly marks: ReadonlyMap<string, MarkName>;
}) {
  const { title, bytes, isSetFilterState, marks } = props;
  const [lit, setLit] = useState<string>();
  const message = isSetFilterState ? readSetFilterState(bytes) : undefined;
  const fields = message?.fields ?? (asText(bytes) === undefined ? readFields(bytes) : undefined);
  if (fields === undefined || fields.length === 0)
    return (
      <Section title={title} aside={isSetFilterState ? "not a protobuf message" : undefined}>
        <HexView bytes={bytes} />
      </Section>
    );
  const tint = (field: ProtobufField, index: number) => {
    const text = field.value.kind === "bytes" ? asText(field.value.bytes) : undefined;
    const mark = field.name === "value" && text !== undefined ? marks.get(text) : undefined;
    return mark === undefined ? (tints[index % tints.length] ?? "") : markColour(mark).tint;
  };
  const spans = fields.flatMap((field, index): Span[] => [
    { key: String(index), start: field.start, end: field.valueStart, tint: "var(--hover)" },
    { key: String(index), start: field.valueStart, end: field.end, tint: tint(field, index) },
  ]);
  return (
    <Section title={title} aside={message?.name ?? "protobuf, without its definition"}>
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
          {fields.map((field, index) => (
            <tr
              key={index}
              className={lit === String(index) ? "lit" : undefined}
              onPointerEnter={() => setLit(String(index))}
              onPointerLeave={() => setLit(undefined)}
            >
              <td>
                {field.number} {field.name}
              </td>
              <td title={`bytes ${field.valueStart} to ${field.end - 1}, tag at ${field.start}`}>
                {field.end - field.valueStart} B
              </td>
              <td>
                <span style={{ background: tint(field, index) }}>{fieldText(field)}</span>
              </td>
            </tr>
          ))}
          {message?.defaults.map(({ number, name, value }) => (
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

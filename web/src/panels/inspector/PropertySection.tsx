import type { HostCall, PropertyRead } from "wasmerang";
import { propertyText } from "../../trace/describeValue.ts";
import { HexView } from "./HexView.tsx";
import { Facts, Section } from "./parts.tsx";

/** What a property read found, or why there was nothing. */
export function PropertySection(props: { readonly read: PropertyRead; readonly call: HostCall }) {
  const { read, call } = props;
  const name = read.path.join(".");
  if (read.value === undefined)
    return (
      <Section title="Property">
        <Facts
          facts={[
            ["property", name],
            ["value", <b key="value">absent</b>],
            ["why", read.absent ?? "Envoy has no such property here."],
          ]}
        />
      </Section>
    );
  return (
    <>
      <Section
        title="Property"
        aside={call.injected ? "what Envoy would have answered" : undefined}
      >
        <Facts
          facts={[
            ["property", name],
            ["value", <b key="value">{propertyText(read)}</b>],
            ["type", read.type ?? "unknown"],
            ["size", `${read.value.length} B`],
          ]}
        />
      </Section>
      <Section title="Value bytes">
        <HexView bytes={read.value} />
      </Section>
    </>
  );
}

import type { FilterStateChange, HostCall } from "wasmerang";
import { bytesText, asText } from "../../trace/describeValue.ts";
import { CLUSTER_KEY } from "../../trace/filterStateAt.ts";
import { EventLink } from "../EventLink.tsx";
import type { RunView } from "../useRun.ts";
import { Section } from "./parts.tsx";

/** The filter state before and after the call, and who reads it. */
export function FilterStateSection(props: {
  readonly run: RunView;
  readonly call: HostCall;
  readonly change: FilterStateChange;
}) {
  const { run, call, change } = props;
  const { key, before, value, span } = change;
  return (
    <Section title="Filter state" aside={`span ${span}`}>
      <div className="diff">
        <p>
          <span className="sign">{before === undefined ? " " : "−"}</span>
          {before === undefined ? (
            <span className="dim">before: empty</span>
          ) : (
            <del>
              {key} = {text(before)}
            </del>
          )}
        </p>
        <p className="added">
          <span className="sign">+</span>
          <ins>
            {key} = <b>{text(value)}</b>
          </ins>
        </p>
      </div>
      <p className="note">
        <Reader run={run} call={call} change={change} />
      </p>
    </Section>
  );
}

const text = (bytes: Uint8Array) => asText(bytes) ?? bytesText(bytes);

function Reader(props: {
  readonly run: RunView;
  readonly call: HostCall;
  readonly change: FilterStateChange;
}) {
  const { run, call, change } = props;
  if (change.key !== CLUSTER_KEY) return "Envoy keeps it with the connection.";
  const decision = run.events.find(
    (event) => event.kind === "clusterDecision" && event.connection === call.connection,
  );
  if (decision?.kind !== "clusterDecision") return "tcp_proxy never read it.";
  const link = <EventLink seq={decision.seq} />;
  if (decision.decidedBy === call.seq)
    return (
      <>
        tcp_proxy reads it at {link}.
        {decision.found
          ? ""
          : " The factory for this key accepts any name, so the answer is Ok even though Envoy has no such cluster."}
      </>
    );
  return decision.seq < call.seq ? (
    <>Too late: tcp_proxy had chosen at {link}.</>
  ) : (
    <>tcp_proxy chose at {link} by another value.</>
  );
}

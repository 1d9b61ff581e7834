import type { HostCall, TraceEvent } from "wasmerang";
import { EventLink } from "../EventLink.tsx";
import type { RunView } from "../useRun.ts";
import { CallbackDetail } from "./CallbackDetail.tsx";
import { AcceptDetail, ConnectDetail, EndDetail, ForwardDetail } from "./ConnectionDetail.tsx";
import { DecisionDetail } from "./DecisionDetail.tsx";
import { Alert, Facts, Section } from "./parts.tsx";
import { PluginDetail } from "./PluginDetail.tsx";
import { TrapDetail } from "./TrapDetail.tsx";

/** What there is to say of an event that is no host call. */
export function EventDetail(props: {
  readonly run: RunView;
  readonly event: Exclude<TraceEvent, HostCall>;
}) {
  const { run, event } = props;
  switch (event.kind) {
    case "guestEnter":
    case "guestExit":
      return <CallbackDetail run={run} event={event} />;
    case "trap":
      return <TrapDetail run={run} trap={event} />;
    case "pluginResult":
      return <PluginDetail run={run} result={event} />;
    case "clusterDecision":
      return <DecisionDetail run={run} decision={event} />;
    case "accept":
      return <AcceptDetail accept={event} />;
    case "upstreamConnect":
      return <ConnectDetail connect={event} />;
    case "forward":
      return <ForwardDetail forward={event} />;
    case "connectionEnd":
      return <EndDetail end={event} />;
    case "log":
      return (
        <Section title="Log line" aside={event.shown ? event.level : `${event.level}, not printed`}>
          <pre className="preformatted">{event.line}</pre>
        </Section>
      );
    case "envoyDies":
      return <Alert title="This kills Envoy 1.40">{event.how}</Alert>;
    case "streamAction":
      return (
        <Section title="Details">
          <Facts
            facts={[
              ["action", event.action],
              ["asked for at", <EventLink key="asked" seq={event.askedBy} />],
              event.reason === undefined ? undefined : ["reason", event.reason],
            ]}
          />
        </Section>
      );
    case "stepSkipped":
      return (
        <Section title="Details">
          <Facts
            facts={[
              ["step", event.step],
              ["why", event.reason],
            ]}
          />
        </Section>
      );
    case "allocation":
      return (
        <Section title="Details">
          <Facts
            facts={[
              ["size", `${event.size} B`],
              [
                "pointer",
                event.pointer === undefined ? "trapped" : `0x${event.pointer.toString(16)}`,
              ],
            ]}
          />
        </Section>
      );
  }
}

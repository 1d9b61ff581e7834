import type { TraceEvent } from "wasmerang";
import { callbackAround } from "../trace/callTree.ts";
import { describeEvent, glyphText } from "../trace/describeEvent.ts";
import { numberOf } from "../trace/rows.ts";
import { timeText } from "../trace/timelineScale.ts";
import { EventLink } from "./EventLink.tsx";
import { Glyph } from "./Glyph.tsx";
import { CallbackDetail } from "./inspector/CallbackDetail.tsx";
import {
  AcceptDetail,
  ConnectDetail,
  EndDetail,
  ForwardDetail,
} from "./inspector/ConnectionDetail.tsx";
import { DecisionDetail } from "./inspector/DecisionDetail.tsx";
import { HostCallDetail } from "./inspector/HostCallDetail.tsx";
import { Alert, Facts, Section } from "./inspector/parts.tsx";
import { PluginDetail } from "./inspector/PluginDetail.tsx";
import { TrapDetail } from "./inspector/TrapDetail.tsx";
import { useRun, useSelectedEvent, type RunView } from "./useRun.ts";

/** Everything about one event; without a selection, about the one that decided. */
export function Inspector() {
  const run = useRun();
  const event = useSelectedEvent(run);
  if (event === undefined) return <p className="inspector-empty">Nothing has happened yet.</p>;
  return (
    <div className="inspector-body">
      <Header run={run} event={event} />
      <Detail key={event.seq} run={run} event={event} />
      <Section title="When and where">
        <Facts
          facts={[
            ["virtual time", timeText(event.at)],
            ["VM", event.vm],
            // What Envoy does on its own for a connection belongs to no context of the guest.
            event.contextId === 0 && event.connection !== undefined
              ? undefined
              : ["context", event.contextId],
          ]}
        />
      </Section>
    </div>
  );
}

function Header({ run, event }: { readonly run: RunView; readonly event: TraceEvent }) {
  const described = describeEvent(run.events, event);
  const around = callbackAround(run.events, event);
  const source = run.states.find(({ facts }) => facts.id === event.connection)?.facts.accept
    ?.source;
  return (
    <header className="inspector-head">
      <h2>
        <span className="dim">#{numberOf(run.events, event.seq)}</span>{" "}
        {described.glyph === "return" ? "return from " : ""}
        {described.name}
      </h2>
      <p>
        <Glyph glyph={described.glyph} />
        <span aria-hidden="true">{glyphText[described.glyph]}</span>
        {around === undefined || around.seq === event.seq ? undefined : (
          <span>
            {event.kind === "guestExit" || event.kind === "trap" ? "from" : "inside"}{" "}
            <EventLink seq={around.seq} text={around.callback.replace(/^proxy_/, "")} />
          </span>
        )}
        <code>{source ?? (event.connection === undefined ? "plugin" : event.connection)}</code>
      </p>
    </header>
  );
}

function Detail({ run, event }: { readonly run: RunView; readonly event: TraceEvent }) {
  switch (event.kind) {
    case "hostCall":
      return <HostCallDetail run={run} call={event} />;
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

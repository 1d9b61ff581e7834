import { lazy, Suspense, useDeferredValue, useMemo } from "react";
import type { TraceEvent } from "wasmerang";
import { callbackAround } from "../trace/callTree.ts";
import { useStore } from "../state/store.ts";
import { describeEvent, glyphText } from "../trace/describeEvent.ts";
import { numberOf } from "../trace/rows.ts";
import { timeText } from "../trace/timelineScale.ts";
import { EventLink } from "./EventLink.tsx";
import { Glyph } from "./Glyph.tsx";
import { HostCallDetail } from "./inspector/HostCallDetail.tsx";
import { Facts, Section } from "./inspector/parts.tsx";
import { useRun, useSelectedEvent, type RunView } from "./useRun.ts";

/** The first run shows a host call; the other views are loaded when one is looked at. */
const EventDetail = lazy(async () => ({
  default: (await import("./inspector/EventDetail.tsx")).EventDetail,
}));

/** Only for modules whose source the page has. */
const SourceLink = lazy(async () => ({
  default: (await import("./code/SourceLink.tsx")).SourceLink,
}));

/** Everything about one event; without a selection, about the one that decided. */
export function Inspector() {
  const latestRun = useRun();
  const latest = useSelectedEvent(latestRun);
  // Drawn after the lists, and once where moves follow each other faster than it can be.
  const { run, event } = useDeferredValue(
    useMemo(() => ({ run: latestRun, event: latest }), [latestRun, latest]),
  );
  const stacks = useStore((state) => state.run?.stacks);
  // A trap, a host call, or what was said during one.
  const hasSource =
    event !== undefined &&
    stacks !== undefined &&
    (event.kind === "trap" || stacks.has(event.seq) || stacks.has(event.parent ?? 0));
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
            hasSource ? ["source", <Source key={event.seq} seq={event.seq} />] : undefined,
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

function Source({ seq }: { readonly seq: number }) {
  return (
    <Suspense fallback="…">
      <SourceLink seq={seq} />
    </Suspense>
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
  if (event.kind === "hostCall") return <HostCallDetail run={run} call={event} />;
  return (
    <Suspense fallback={null}>
      <EventDetail run={run} event={event} />
    </Suspense>
  );
}

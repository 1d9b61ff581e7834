/** What became of each connection, and which event decided it. */
import type {
  Accept,
  ClusterDecision,
  ConnectionEnd,
  GuestEnter,
  GuestExit,
  HostCall,
  PluginResult,
  ScenarioDocument,
  TraceEvent,
  Trap,
  UpstreamConnect,
} from "wasmerang";
import type { MarkName } from "./clusterMarks.ts";
import { filterStateChangeOf, propertyReadOf } from "./describeCall.ts";
import { stops } from "./describeCallback.ts";
import { CLUSTER_KEY } from "./filterStateAt.ts";
import { oncePerRun, type Events } from "./memoize.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";

/** The events of one connection that other views point at; absent until they happened. */
export interface ConnectionFacts {
  readonly id: string;
  readonly contextId?: number;
  readonly events: readonly TraceEvent[];
  readonly accept?: Accept;
  /** The context was made. */
  readonly created?: GuestEnter;
  readonly callback?: GuestEnter;
  /** The first property that the filter read. */
  readonly read?: HostCall;
  /** The last write of tcp_proxy's key before tcp_proxy chose. */
  readonly write?: HostCall;
  /** A write of that key which the host refused. */
  readonly refusedWrite?: HostCall;
  readonly decision?: ClusterDecision;
  readonly connect?: UpstreamConnect;
  /** First bytes that left for the upstream. */
  readonly forwarded?: TraceEvent;
  readonly trap?: Trap;
  /** The callback that told Envoy to wait, when nothing let it go on. */
  readonly stopped?: GuestExit;
  /** The host call with which the filter closed the connection. */
  readonly closedAt?: number;
  /** The filter's own first words in proxy_on_new_connection. */
  readonly said?: HostCall;
  readonly end?: ConnectionEnd;
}

/** `id` of the connection at this place of the scenario; the default is its position from 1. */
export function connectionId(document: ScenarioDocument, index: number): string | undefined {
  const connection = document.connections[index];
  return connection && (connection.id ?? String(index + 1));
}

export const factsOf = oncePerRun((events): ReadonlyMap<string, ConnectionFacts> => {
  const found = new Map<string, Draft>();
  for (const event of events) {
    if (event.connection === undefined) continue;
    let facts = found.get(event.connection);
    if (facts === undefined) {
      facts = { id: event.connection, events: [] };
      found.set(event.connection, facts);
    }
    facts.events.push(event);
    note(facts, event);
  }
  return found;
});

type Draft = { -readonly [Key in keyof ConnectionFacts]: ConnectionFacts[Key] } & {
  events: TraceEvent[];
};

function note(facts: Draft, event: TraceEvent): void {
  if (event.contextId > 1) facts.contextId ??= event.contextId;
  switch (event.kind) {
    case "accept":
      facts.accept ??= event;
      return;
    case "guestEnter":
      if (event.callback === "proxy_on_context_create") facts.created ??= event;
      if (event.callback === "proxy_on_new_connection") facts.callback ??= event;
      return;
    case "guestExit":
      if (stops(event)) facts.stopped = event;
      else if (event.callback === facts.stopped?.callback) delete facts.stopped;
      return;
    case "hostCall":
      noteCall(facts, event);
      return;
    case "clusterDecision":
      facts.decision ??= event;
      return;
    case "upstreamConnect":
      facts.connect = event;
      return;
    case "forward":
      if (event.to === "upstream") facts.forwarded ??= event;
      return;
    case "streamAction":
      if (event.action === "continue") delete facts.stopped;
      else facts.closedAt ??= event.askedBy;
      return;
    case "trap":
      facts.trap ??= event;
      return;
    case "connectionEnd":
      facts.end = event;
      return;
    case "allocation":
    case "log":
    case "pluginResult":
    case "stepSkipped":
    case "envoyDies":
      return;
  }
}

function noteCall(facts: Draft, call: HostCall): void {
  if (propertyReadOf(call) !== undefined) facts.read ??= call;
  // tcp_proxy reads the key once, when it chooses; later writes change nothing.
  if (facts.decision === undefined) {
    if (filterStateChangeOf(call)?.key === CLUSTER_KEY) facts.write = call;
    else if (isRefusedWrite(call)) facts.refusedWrite = call;
    if (call.name === "proxy_log") facts.said ??= call;
  }
}

function isRefusedWrite(call: HostCall): boolean {
  if (call.name !== "proxy_call_foreign_function" || call.status === "Ok") return false;
  const [name] = call.args;
  return (
    name?.value.kind === "string" &&
    name.value.bytes !== undefined &&
    new TextDecoder().decode(name.value.bytes) === "set_envoy_filter_state"
  );
}

/** The plugin's refusal; undefined when it was accepted or not judged yet. */
export const refusalOf = oncePerRun((events): PluginResult | undefined => {
  for (const event of events) if (event.kind === "pluginResult" && !event.accepted) return event;
  return undefined;
});

/** First trap anywhere: from there on the VM is dead for every connection. */
export const firstTrap = oncePerRun((events): Trap | undefined => {
  for (const event of events) if (event.kind === "trap" && event.vm === "worker") return event;
  return undefined;
});

export interface ConnectionState {
  readonly facts: ConnectionFacts;
  readonly outcome: Outcome;
  readonly mark: MarkName;
  /** The event to look at first. */
  readonly deciding: TraceEvent | undefined;
}

/** A connection of the scenario after the run. */
export function connectionState(
  events: Events,
  id: string,
  marks: ReadonlyMap<string, MarkName>,
): ConnectionState {
  const facts = factsOf(events).get(id) ?? { id, events: [] };
  const { outcome, deciding } = outcomeOf(facts, refusalOf(events), firstTrap(events));
  return { facts, outcome, deciding, mark: markOf(outcome, marks) };
}

function markOf(outcome: Outcome, marks: ReadonlyMap<string, MarkName>): MarkName {
  switch (outcome.kind) {
    case "routed":
    case "noDecision":
      return marks.get(outcome.cluster) ?? "plain";
    case "refused":
      return "refused";
    case "waiting":
      return "stalled";
    case "failed":
    case "closedByFilter":
      return "bad";
    case "pending":
      return "pending";
  }
}

/** The stations that a connection passes, and how far it has come at the playhead. */
import type { TraceEvent } from "wasmerang";
import { callbackAround } from "./callTree.ts";
import type { ConnectionState } from "./connections.ts";
import { filterStateChangeOf } from "./describeCall.ts";
import { CLUSTER_KEY } from "./filterStateAt.ts";
import type { Events } from "./memoize.ts";

/** Solid, outline, dotted, crossed out. */
export type Progress = "done" | "ahead" | "off" | "failed";

export type StationName =
  "client" | "listener" | "filter" | "filterState" | "tcpProxy" | "cluster" | "destination";

export interface Station {
  readonly progress: Progress;
  /** The event that a click on the station moves to; absent: nothing ever happened there. */
  readonly seq?: number;
}

export interface Pipeline {
  readonly stations: Readonly<Record<StationName, Station>>;
  /** The cluster that tcp_proxy chose, whether or not it has yet. */
  readonly cluster?: string;
  /** False: the cluster is a ghost, Envoy knows none of that name. */
  readonly found: boolean;
}

/** @param cursor the last event that has happened; undefined: the whole run. */
export function pipelineAt(state: ConnectionState, cursor: number | undefined): Pipeline {
  const { facts, outcome } = state;
  const { accept, created, callback, write, decision, connect, forwarded, trap } = facts;
  const hasHappened = (event: TraceEvent) => cursor === undefined || event.seq <= cursor;
  const reached = (event: TraceEvent | undefined): Station =>
    event === undefined
      ? { progress: "off" }
      : { progress: hasHappened(event) ? "done" : "ahead", seq: event.seq };
  const failing = (event: TraceEvent | undefined, before: Station): Station =>
    event !== undefined && hasHappened(event) ? { progress: "failed", seq: event.seq } : before;

  let filter = reached(callback ?? created);
  const closes = accept?.filter === "closed" ? accept : undefined;
  if (outcome.kind === "refused") filter = failing(state.deciding, { progress: "off" });
  else if (closes !== undefined) filter = failing(closes, { progress: "off", seq: closes.seq });
  else if (accept?.filter === "skipped") filter = { progress: "off", seq: accept.seq };
  else if (outcome.kind === "failed" && outcome.cause === "trap") filter = failing(trap, filter);

  const isConnected = connect?.result === "connected";
  let cluster: Station = isConnected ? reached(connect) : { progress: "off" };
  if (decision?.found === false) cluster = failing(decision, reached(decision));
  else if (connect !== undefined && !isConnected) cluster = failing(connect, reached(connect));

  return {
    stations: {
      client: reached(accept),
      listener: reached(accept),
      filter,
      filterState: reached(write),
      tcpProxy: reached(decision),
      cluster,
      destination: isConnected ? reached(forwarded ?? connect) : { progress: "off" },
    },
    ...(decision === undefined ? {} : { cluster: decision.cluster }),
    found: decision?.found ?? true,
  };
}

/** The station at which an event of this connection, or of the plugin, happens. */
export function stationOf(events: Events, event: TraceEvent): StationName {
  switch (event.kind) {
    case "accept":
      return "listener";
    case "clusterDecision":
      return "tcpProxy";
    case "upstreamConnect":
      return "cluster";
    case "forward":
      return event.to === "upstream" ? "destination" : "client";
    case "connectionEnd":
      return event.closedBy === "server" ? "destination" : "client";
    case "hostCall":
      return filterStateChangeOf(event)?.key === CLUSTER_KEY ? "filterState" : "filter";
    case "log":
      return callbackAround(events, event) === undefined ? "listener" : "filter";
    case "guestEnter":
    case "guestExit":
    case "allocation":
    case "trap":
    case "pluginResult":
    case "streamAction":
    case "envoyDies":
      return "filter";
    case "stepSkipped":
      return "client";
  }
}

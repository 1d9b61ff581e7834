/** One event as a row of the trace: what was called, with what, and what came of it. */
import { assertNever, type TraceEvent } from "wasmerang";
import { endOf } from "./callTree.ts";
import { shortCluster } from "./clusterMarks.ts";
import { callArguments, callResult, isFailedCall } from "./describeCall.ts";
import { callbackArguments, callbackResult, isRefusal } from "./describeCallback.ts";
import type { Events } from "./memoize.ts";
import { numberOf } from "./rows.ts";

/** Who acts: the bar of the glyph is the boundary between host and guest. */
export type Glyph = "enter" | "call" | "return" | "envoy" | "trap";

export interface Description {
  readonly glyph: Glyph;
  /** Full name; `proxy_on_new_connection`, `tcp_proxy route`. */
  readonly name: string;
  readonly args: string;
  readonly result: string;
  /** The connection, the plugin or the VM came to harm here. */
  readonly failed: boolean;
  /** The result only says where the end is. */
  readonly pending?: true;
}

/** How a glyph reads. */
export const glyphText: Readonly<Record<Glyph, string>> = {
  enter: "Envoy calls the filter",
  call: "The filter calls Envoy",
  return: "The filter returns to Envoy",
  envoy: "Inside Envoy",
  trap: "The filter stopped",
};

export function describeEvent(events: Events, event: TraceEvent): Description {
  switch (event.kind) {
    case "guestEnter": {
      const end = endOf(events, event.seq);
      const verb = end?.kind === "trap" ? "traps" : "returns";
      return {
        glyph: "enter",
        name: event.callback,
        args: callbackArguments(event),
        result: end === undefined ? "never returns" : `${verb} at #${numberOf(events, end.seq)}`,
        failed: end === undefined,
        pending: true,
      };
    }
    case "guestExit":
      return {
        glyph: "return",
        name: event.callback,
        args: event.injected ? "injected" : "",
        result: callbackResult(event.callback, event.returned),
        failed: isRefusal(event),
      };
    case "hostCall":
      return {
        glyph: "call",
        name: event.name,
        args: callArguments(event),
        result: callResult(event),
        failed: isFailedCall(event),
      };
    case "allocation":
      return {
        glyph: "enter",
        name: event.callback,
        args: `${event.size} B`,
        result: event.pointer === undefined ? "trapped" : `0x${event.pointer.toString(16)}`,
        failed: event.pointer === undefined,
      };
    case "trap":
      return {
        glyph: "trap",
        name: `trap in ${event.callback}`,
        args: event.message.replace(/^Uncaught /, ""),
        result: "VM failed",
        failed: true,
      };
    default:
      return { glyph: "envoy", ...describeEnvoy(events, event) };
  }
}

type EnvoyEvent = Exclude<
  TraceEvent,
  { readonly kind: "guestEnter" | "guestExit" | "hostCall" | "allocation" | "trap" }
>;

function describeEnvoy(events: Events, event: EnvoyEvent): Omit<Description, "glyph"> {
  switch (event.kind) {
    case "log":
      return {
        name: "log line",
        args: `${event.level} ${event.line}`,
        result: event.shown ? "" : "below the log level",
        failed: event.level === "error" || event.level === "critical",
      };
    case "pluginResult":
      return {
        name: "plugin load",
        args: event.reason ?? "",
        result: event.accepted ? "accepted" : "refused",
        failed: !event.accepted,
      };
    case "accept":
      return {
        name: "listener accept",
        args: `${event.source} → ${event.destination}`,
        result:
          event.filter === "present"
            ? `connection.id ${event.connectionId}`
            : `filter ${event.filter}`,
        failed: event.filter === "closed",
      };
    case "clusterDecision":
      return {
        name: "tcp_proxy route",
        args: `cluster ${event.cluster}`,
        result: event.found ? decisionSource[event.by] : "NC: not found",
        failed: !event.found,
      };
    case "upstreamConnect":
      return {
        name: "cluster connect",
        args: [shortCluster(event.cluster), event.host].filter(Boolean).join(" "),
        result: event.result === "noHost" ? "no host" : event.result,
        failed: event.result !== "connected",
      };
    case "forward":
      return {
        name: `forward ${event.to}`,
        args: `${event.bytes.length} B${event.endStream ? ", end of stream" : ""}`,
        result: "",
        failed: false,
      };
    case "streamAction":
      return {
        name: event.action === "close" ? "connection close" : "connection continue",
        args: `asked for at #${numberOf(events, event.askedBy)}`,
        result: event.reason ?? "",
        failed: event.action === "close",
      };
    case "stepSkipped":
      return {
        name: "step skipped",
        args: event.reason,
        result: `step ${event.step}`,
        failed: false,
      };
    case "connectionEnd":
      return {
        name: "access log",
        args: `flags ${event.flags}, ${event.bytesReceived} B in, ${event.bytesSent} B out`,
        result:
          event.closedBy === "open"
            ? "open"
            : `closed by ${event.closedBy === "envoy" ? "Envoy" : event.closedBy}`,
        failed: event.flags !== "-" || event.closedBy === "envoy",
      };
    case "envoyDies":
      return { name: "Envoy dies", args: event.how, result: "process gone", failed: true };
    default:
      return assertNever(event);
  }
}

/** Where tcp_proxy found its cluster. */
export const decisionSource = {
  filterState: "filter state",
  cluster: "its own cluster",
  weightedClusters: "weighted_clusters",
} as const;

/** `proxy_` is left out in the trace list; titles, search and copies have the full name. */
export function shortName(description: Description): string {
  const name = description.name.replace("proxy_", "");
  return description.glyph === "return" ? `return ${name}` : name;
}

/** A row in one sentence, for the live region and the playhead. */
export function sentence(events: Events, event: TraceEvent): string {
  const { glyph, name, args, result } = describeEvent(events, event);
  const call = glyph === "return" ? `return from ${name}` : name;
  return [`Event ${numberOf(events, event.seq)}: ${call}`, args, result]
    .filter((part) => part !== "")
    .join(", ");
}

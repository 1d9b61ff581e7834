/** What the flow diagram says, without where it stands. */
import type { HostCall, ScenarioDocument } from "wasmerang";
import { markColour, shortCluster, type MarkName } from "./clusterMarks.ts";
import type { ConnectionState } from "./connections.ts";
import { propertyReadOf } from "./describeCall.ts";
import { asText, propertyText } from "./describeValue.ts";
import { CLUSTER_KEY } from "./filterStateAt.ts";
import type { Events } from "./memoize.ts";
import { pipelineAt, type Pipeline } from "./pipeline.ts";
import { numberOf } from "./rows.ts";

export interface FlowCluster {
  readonly name: string;
  readonly short: string;
  readonly mark: MarkName;
  /** `not defined` for a ghost, else the first endpoint. */
  readonly endpoint: string;
  readonly isChosen: boolean;
  readonly isGhost: boolean;
}

export interface FlowText {
  readonly text: string;
  readonly tone: "strong" | "plain" | "quiet" | "bad";
}

export interface FlowModel {
  readonly pipeline: Pipeline;
  readonly clusters: readonly FlowCluster[];
  /** Names of clusters that were not taken and have no room. */
  readonly others: readonly string[];
  /** Colour of the route from tcp_proxy on. */
  readonly colour: { readonly strong: string; readonly tint: string };
  readonly source: string;
  readonly destination: string;
  readonly listener: FlowText;
  readonly filter: FlowText;
  readonly proxy: FlowText;
  readonly vm: {
    readonly title: string;
    readonly lines: readonly FlowText[];
    readonly seq?: number;
  };
  readonly filterState: {
    readonly value: FlowText;
    readonly note: string;
    readonly isSet: boolean;
    readonly isRead: boolean;
  };
}

export function flowModel(
  state: ConnectionState,
  from: {
    readonly events: Events;
    readonly document: ScenarioDocument;
    readonly marks: ReadonlyMap<string, MarkName>;
    readonly index: number;
    readonly cursor: number | undefined;
    readonly moduleName: string;
    /** More do not fit; the others are counted. */
    readonly maxClusters: number;
  },
): FlowModel {
  const { events, document, marks, index, cursor, moduleName, maxClusters } = from;
  const pipeline = pipelineAt(state, cursor);
  const { clusters, others } = clustersOf(document, marks, pipeline, maxClusters);
  const connection = document.connections[index];
  const { facts, outcome } = state;
  const isLost = outcome.kind === "failed" && facts.connect?.result !== "connected";
  const chosen = pipeline.cluster;
  const mark = isLost ? "bad" : chosen === undefined ? "pending" : (marks.get(chosen) ?? "bad");
  const isRefused = outcome.kind === "refused";
  return {
    pipeline,
    clusters,
    others,
    colour: markColour(mark),
    source: facts.accept?.source ?? connection?.source ?? "",
    destination: facts.accept?.destination ?? connection?.destination ?? "",
    listener: isRefused
      ? { text: "not added", tone: "bad" }
      : { text: document.listener?.address ?? "0.0.0.0:15001", tone: "plain" },
    filter:
      facts.accept?.filter === "skipped"
        ? { text: "left out", tone: "plain" }
        : { text: moduleName, tone: "plain" },
    proxy: proxyText(state, pipeline),
    vm: vmText(state, pipeline, cursor),
    filterState: filterStateText(events, state, pipeline),
  };
}

function clustersOf(
  document: ScenarioDocument,
  marks: ReadonlyMap<string, MarkName>,
  { cluster, found }: Pipeline,
  max: number,
): { readonly clusters: readonly FlowCluster[]; readonly others: readonly string[] } {
  const defined = Object.entries(document.clusters).map(([name, { endpoints }]): FlowCluster => ({
    name,
    short: shortCluster(name),
    mark: marks.get(name) ?? "plain",
    endpoint: endpoints[0] ?? "no endpoint",
    isChosen: name === cluster,
    isGhost: false,
  }));
  if (cluster !== undefined && (!found || !defined.some(({ isChosen }) => isChosen)))
    defined.unshift({
      name: cluster,
      short: shortCluster(cluster),
      mark: "bad",
      endpoint: "not defined",
      isChosen: true,
      isGhost: true,
    });
  if (defined.length <= max) return { clusters: defined, others: [] };
  const isKept = ({ isChosen, mark }: FlowCluster) => isChosen || mark === "rd";
  let room = max - 1 - defined.filter(isKept).length;
  const kept = defined.filter((one) => isKept(one) || room-- > 0);
  return {
    clusters: kept,
    others: defined.filter((one) => !kept.includes(one)).map(({ name }) => name),
  };
}

function proxyText({ facts }: ConnectionState, { stations }: Pipeline): FlowText {
  const { decision } = facts;
  const { progress } = stations.tcpProxy;
  if (decision === undefined) return { text: "not reached", tone: "plain" };
  if (progress !== "done") return { text: "picks the cluster", tone: "plain" };
  const text = {
    filterState: "uses filter state",
    cluster: "uses its own cluster",
    weightedClusters: "uses its weights",
  }[decision.by];
  return { text, tone: decision.found ? "plain" : "bad" };
}

function vmText(
  { facts, outcome, deciding }: ConnectionState,
  { stations }: Pipeline,
  cursor: number | undefined,
): FlowModel["vm"] {
  const { contextId, trap, accept, read, events } = facts;
  const seq = (trap ?? (outcome.kind === "refused" ? deciding : (read ?? facts.callback ?? accept)))
    ?.seq;
  const of = (title: string, lines: readonly FlowText[]) => ({
    title,
    lines,
    ...(seq === undefined ? {} : { seq }),
  });
  if (outcome.kind === "refused" && deciding?.kind === "pluginResult")
    return of("Plugin VM", [
      { text: deciding.stage ?? "plugin", tone: "plain" },
      { text: "refused", tone: "bad" },
    ]);
  const title = contextId === undefined ? "VM" : `VM, context ${contextId}`;
  if (accept?.filter === "closed") return of("VM", [{ text: "dead, not called", tone: "bad" }]);
  if (accept?.filter === "skipped") return of("VM", [{ text: "not called", tone: "quiet" }]);
  if (stations.filter.progress === "failed" && trap !== undefined)
    return of(title, [
      { text: "trap", tone: "bad" },
      { text: trap.message.replace(/^Uncaught (?:RuntimeError: )?/, ""), tone: "plain" },
    ]);
  const hasHappened = (call: HostCall) => cursor === undefined || call.seq <= cursor;
  const calls = events.filter((event) => event.kind === "hostCall");
  const done = calls.filter(hasHappened).length;
  const count = `${done === calls.length ? done : `${done} of ${calls.length}`} host call${calls.length === 1 ? "" : "s"}`;
  const found = read && propertyReadOf(read);
  if (read === undefined || found === undefined)
    return of(title, [
      { text: "no property read", tone: "quiet" },
      { text: count, tone: "quiet" },
    ]);
  const value = { text: propertyText(found).replace(/^"(.*)"$/, "$1"), tone: "strong" as const };
  return of(title, [
    { text: found.path.join("."), tone: "plain" },
    hasHappened(read) ? value : { text: "not read yet", tone: "quiet" },
    { text: count, tone: "quiet" },
  ]);
}

function filterStateText(
  events: Events,
  { facts }: ConnectionState,
  { stations }: Pipeline,
): FlowModel["filterState"] {
  const { write, decision } = facts;
  const number = ({ seq }: { readonly seq: number }) => numberOf(events, seq);
  const isSet = stations.filterState.progress === "done";
  const isRead = isSet && stations.tcpProxy.progress === "done" && decision?.by === "filterState";
  if (write === undefined)
    return {
      value: { text: "not set", tone: "quiet" },
      note: decision === undefined ? "" : "tcp_proxy falls back",
      isSet: false,
      isRead: false,
    };
  const change = write.effects.find(
    (effect) => effect.kind === "filterStateChange" && effect.key === CLUSTER_KEY,
  );
  const value = change?.kind === "filterStateChange" ? asText(change.value) : undefined;
  return {
    value: isSet
      ? { text: `= ${shortCluster(value ?? "(bytes)")}`, tone: "strong" }
      : { text: "(empty)", tone: "quiet" },
    note: isSet
      ? `set #${number(write)}, ${isRead && decision !== undefined ? `read #${number(decision)}` : "unread"}`
      : `will be set at #${number(write)}`,
    isSet,
    isRead,
  };
}

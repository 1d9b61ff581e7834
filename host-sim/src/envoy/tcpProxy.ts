/** How tcp_proxy finds its cluster (Envoy source/common/tcp_proxy/tcp_proxy.cc, getRouteFromEntries). */
import type { Scenario, ScenarioCluster } from "../scenario.ts";
import { TCP_PROXY_CLUSTER, type FilterState, type FilterStateObject } from "./filterState.ts";

export interface Route {
  readonly cluster: string;
  readonly by: "filterState" | "cluster" | "weightedClusters";
  /** `seq` of the host call that wrote the filter state. */
  readonly decidedBy?: number;
  /** tcp_proxy's own cluster, where filter state took its place. */
  readonly fallback?: string;
}

const utf8 = new TextDecoder();
/** tcp_proxy has one of the two (a required oneof); a scenario without either means this. */
const DEFAULT_CLUSTER = "default";

/**
 * With weighted clusters filter state is ignored; else the filter state's cluster, whatever it is
 * called, else tcp_proxy's own. `random` answers whole numbers below 2^32.
 */
export function pickRoute(
  tcpProxy: Scenario["tcpProxy"],
  filterState: FilterState,
  random: { next(): number },
): Route {
  const { weightedClusters } = tcpProxy;
  if (weightedClusters) {
    const total = weightedClusters.reduce((sum, { weight }) => sum + weight, 0);
    let rest = random.next() % total;
    for (const { name, weight } of weightedClusters) {
      if (rest < weight) return { cluster: name, by: "weightedClusters" };
      rest -= weight;
    }
  }
  const own = tcpProxy.cluster ?? DEFAULT_CLUSTER;
  const entry = filterState.get(TCP_PROXY_CLUSTER);
  if (!entry) return { cluster: own, by: "cluster" };
  const route = { cluster: nameIn(entry.object), by: "filterState", fallback: own } as const;
  return entry.writtenBy === undefined ? route : { ...route, decidedBy: entry.writtenBy };
}

/** Connections that are sent to the same cluster share the object, and its name is decoded once. */
const names = new WeakMap<FilterStateObject, string>();

function nameIn(object: FilterStateObject): string {
  let name = names.get(object);
  if (name === undefined) names.set(object, (name = utf8.decode(object.value)));
  return name;
}

/** `%DOWNSTREAM_LOCAL_CLOSE_REASON%` when tcp_proxy gives up before there is an upstream (sic). */
export const CloseReason = {
  connectFailed: "tcp_initializion_failure:0",
  noHealthyHost: "tcp_initializion_failure:1",
  noCluster: "tcp_initializion_failure:3",
  idle: "tcp_session_idle_timeout",
  maxDuration: "max_connection_duration_reached",
} as const;

/** Response flags of the access log with their bit in `response.flags` (stream_info.h, CoreResponseFlag). */
export const Flags = { UH: 1, UR: 4, UF: 5, URX: 15, DT: 22, NC: 24 } as const;
export type Flag = keyof typeof Flags;

/** Envoy's default for tcp_proxy's idle_timeout, in nanoseconds. */
export const DEFAULT_IDLE_TIMEOUT = 3600e9;
/** Filter state that takes the place of the configured idle timeout; in milliseconds. */
export const IDLE_TIMEOUT_KEY = "envoy.tcp_proxy.per_connection_idle_timeout_ms";

export type Clusters = Readonly<Record<string, ScenarioCluster>>;

/** Own keys only: a cluster may be called "constructor". */
export function findCluster(clusters: Clusters, name: string): ScenarioCluster | undefined {
  return Object.hasOwn(clusters, name) ? clusters[name] : undefined;
}

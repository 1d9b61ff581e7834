/** One scenario in a running Envoy: its listener comes, its connections are played, it goes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../src/index.ts";
import { pluginsOf } from "../src/plugin.ts";
import type { AccessLog, AccessLogEntry } from "./accessLog.ts";
import type { Backends, BackendMode } from "./backends.ts";
import type { Barrier } from "./barrier.ts";
import type { Clock } from "./clock.ts";
import { clusterResource, type ClusterHttp, listenerResource } from "./envoyConfig.ts";
import { type LogRecord, rejection, traceLines } from "./envoyLog.ts";
import type { EnvoyProcess } from "./envoyProcess.ts";
import { createGrpcServer } from "./grpcReplies.ts";
import { createHttpServer } from "./httpReplies.ts";
import { play, type PlayedConnection } from "./player.ts";
import { changes, readStats, type Stats } from "./stats.ts";
import { unixPath } from "./unixPath.ts";

export interface RecordedConnection extends PlayedConnection {
  /** Absent if Envoy wrote none: the connection never ended. */
  readonly access: AccessLogEntry | undefined;
  /** It was still open when the last step had been played. */
  readonly open: boolean;
}

export interface Recording {
  /** What was played: the scenario after `rewrite`. */
  readonly scenario: Scenario;
  /** `hung`: the worker never came to rest. */
  readonly outcome: "accepted" | "refused" | "died" | "hung";
  /** Why it was refused, how Envoy died, how long was waited. */
  readonly reason: string | undefined;
  /** The trace's `envoy` format: the worker's lines, or the main thread's if it was refused. */
  readonly lines: readonly string[];
  /** The main thread's lines: base VM, canary, main VM. */
  readonly mainLines: readonly string[];
  readonly connections: readonly RecordedConnection[];
  /** A step came too late for the scenario's timers: the machine was too busy. */
  readonly late: boolean;
  /** How much the scenario changed counters and gauges of Envoy, by name (stats.ts). */
  readonly stats: Stats;
}

/** A running Envoy. */
export interface Session {
  readonly envoy: EnvoyProcess;
  readonly barrier: Barrier;
  readonly accessLog: AccessLog;
  /** The clusters that Envoy has now, as JSON. */
  clusters: string;
  /** VM ids whose shared data or queues Envoy may still hold: they outlive listeners and VMs. */
  readonly leftBehind: Set<string>;
}

export interface Job {
  /** Unique in the run. */
  readonly run: number;
  readonly scenario: Scenario;
  readonly wasmFile: string;
  readonly backends: Backends;
  /** Called when the first connection may come. */
  readonly startClock: () => Clock;
}

/** An access log entry is on disk within the flush interval; this is for a busy machine. */
const ACCESS_LOG_TIMEOUT_MS = 3_000;

/** Throws EnvoyDied, or whatever fails first, if Envoy dies on the way. */
export async function recordScenario(session: Session, job: Job): Promise<Recording> {
  const { envoy, barrier, accessLog } = session;
  const { scenario, wasmFile, backends, startClock } = job;
  const key = `scenario-${String(job.run).padStart(5, "0")}`;
  await arrangeClusters(session, scenario, backends);
  await envoy.setLogLevel(pluginsOf(scenario)[0]?.logLevel ?? "trace");
  const settle = (extra: () => number): Promise<void> =>
    barrier.settle(() => envoy.log.size() + backends.activity() + extra());
  await settle(() => 0);
  envoy.log.read();
  const before = await readStats(envoy, scenario, key);

  const { accessLogFile } = envoy;
  const outcome = await envoy.setListener(
    listenerResource({ key, scenario, wasmFile, accessLogFile }),
  );
  await settle(() => 0);
  let records: readonly LogRecord[] = [];
  let played: readonly PlayedConnection[] = [];
  let ended: readonly AccessLogEntry[] = [];
  let total = 0;
  let late = false;
  let stats: Stats = new Map();
  if (outcome === "accepted") {
    const path = unixPath(scenario);
    const listener = path === undefined ? { port: await envoy.portOf(key) } : { path };
    const clock = startClock();
    played = await play(scenario, { listener, backends, settle, clock }, async () => {
      late = clock.isLate();
      records = envoy.log.read();
      stats = changes(before, await readStats(envoy, scenario, key));
      const count = await envoy.connectionsOf(key);
      total = count.total;
      ended = await accessLogOf(accessLog, key, count.total - count.active);
      // Before the clients go: what they do last would reach the filters of an open connection.
      await envoy.setListener(undefined);
    });
  } else {
    records = envoy.log.read();
    await envoy.setListener(undefined);
  }
  await settle(() => 0);
  // What was open then has ended by the tear-down, and only now has an entry.
  const all = await accessLogOf(accessLog, key, total);
  const isMain = (it: LogRecord): boolean => it.thread === envoy.mainThread;
  const mainLines = traceLines(records, isMain);
  return {
    scenario,
    outcome,
    reason: rejection(records, key),
    lines: outcome === "refused" ? mainLines : traceLines(records, (it) => !isMain(it)),
    mainLines,
    late,
    stats,
    connections: played.map((connection) => {
      const access = all[connection.rank];
      const open = !ended.some((it) => it.connection === access?.connection);
      return { ...connection, access, open };
    }),
  };
}

async function arrangeClusters(
  session: Session,
  scenario: Scenario,
  backends: Backends,
): Promise<void> {
  const modes: Record<string, BackendMode> = {};
  for (const [name, { connect, echo, proxyProtocol }] of Object.entries(scenario.clusters)) {
    // A silent host is one of its own, not one of these.
    const mode = connect === "refuse" ? "refuse" : "accept";
    modes[name] = { connect: mode, echo, proxyProtocol, serve: serverOf(scenario, name) };
  }
  await backends.arrange(modes, session.barrier.roundTrip);
  const clusters = [];
  for (const [name, cluster] of Object.entries(scenario.clusters)) {
    const endpoint =
      cluster.connect === "timeout"
        ? await backends.silentEndpoint()
        : await backends.endpointOf(name);
    const endpoints = cluster.endpoints.length > 0 ? [endpoint] : [];
    clusters.push(clusterResource(name, endpoints, cluster, httpOf(scenario, name)));
  }
  const wanted = JSON.stringify(clusters);
  if (wanted === session.clusters) return;
  await session.envoy.setClusters(clusters);
  session.clusters = wanted;
}

function serverOf({ httpReplies, grpcReplies }: Scenario, cluster: string): BackendMode["serve"] {
  const http = httpReplies?.[cluster];
  if (http) return (surroundings) => createHttpServer(http, surroundings);
  const grpc = grpcReplies?.[cluster];
  return grpc && ((surroundings) => createGrpcServer(grpc, surroundings));
}

function httpOf({ httpReplies, grpcReplies }: Scenario, cluster: string): ClusterHttp {
  if (grpcReplies && Object.hasOwn(grpcReplies, cluster)) return "http2";
  const replies = httpReplies?.[cluster] ?? [];
  return replies.some(({ trailers }) => trailers.length > 0) ? "withTrailers" : "plain";
}

/** Waits until `count` entries are on disk; takes what there is when they do not come. */
async function accessLogOf(
  log: AccessLog,
  key: string,
  count: number,
): Promise<readonly AccessLogEntry[]> {
  const deadline = Date.now() + ACCESS_LOG_TIMEOUT_MS;
  for (;;) {
    const entries = log.read(key);
    if (entries.length >= count || Date.now() > deadline) return entries;
    await sleep(2);
  }
}

/** Plays scenarios in real Envoy, one after the other, and writes down what Envoy did. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../src/index.ts";
import { type AccessLogEntry, readAccessLog } from "./accessLog.ts";
import { type Backends, type BackendMode, createBackends } from "./backends.ts";
import { type Barrier, openBarrier } from "./barrier.ts";
import { clusterResource, listenerResource } from "./envoyConfig.ts";
import { type LogRecord, rejection, traceLines } from "./envoyLog.ts";
import { EnvoyDied, type EnvoyProcess, startEnvoy } from "./envoyProcess.ts";
import { play, type PlayedConnection } from "./player.ts";
import { rewrite } from "./rewrite.ts";
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
  readonly outcome: "accepted" | "refused" | "died";
  /** Why it was refused, or how Envoy died. */
  readonly reason: string | undefined;
  /** The trace's `envoy` format: the worker's lines, or the main thread's if it was refused. */
  readonly lines: readonly string[];
  /** The main thread's lines: base VM, canary, main VM. */
  readonly mainLines: readonly string[];
  readonly connections: readonly RecordedConnection[];
}

export type RecordResult =
  | {
      readonly played: true;
      readonly recording: Recording;
      /** What of the scenario could not be played, in words; it is not simulated either. */
      readonly leftOut: string | undefined;
    }
  | { readonly played: false; readonly reason: string };

export interface Recorder {
  readonly record: (wasm: Uint8Array, scenario: Scenario) => Promise<RecordResult>;
  /** The next scenario is played in a new Envoy. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Session {
  readonly envoy: EnvoyProcess;
  readonly barrier: Barrier;
  clusters: string;
}

/** An access log entry is on disk within the flush interval; this is for a busy machine. */
const ACCESS_LOG_TIMEOUT_MS = 3_000;

/** @param folder for Envoy's files; must exist and be empty */
export function createRecorder(binary: string, folder: string): Recorder {
  const backends = createBackends();
  let session: Session | undefined;
  let starts = 0;
  let runs = 0;

  const start = async (): Promise<Session> => {
    const home = join(folder, `envoy-${++starts}`);
    mkdirSync(home);
    const envoy = await startEnvoy(binary, home);
    const barrier = await openBarrier(await envoy.portOf("barrier"));
    return { envoy, barrier, clusters: "" };
  };
  const stop = async (): Promise<void> => {
    session?.barrier.close();
    await session?.envoy.stop();
    session = undefined;
  };

  return {
    record: async (wasm, original) => {
      const run = ++runs;
      const rewritten = await rewrite(original, { run, folder, backends });
      if (!rewritten.ok) return { played: false, reason: rewritten.reason };
      const { scenario, leftOut } = rewritten;
      session ??= await start();
      const { envoy } = session;
      const wasmFile = join(folder, `${createHash("sha256").update(wasm).digest("hex")}.wasm`);
      writeFileSync(wasmFile, wasm);
      try {
        const recording = await recordIn(session, { run, scenario, wasmFile, backends });
        return { played: true, recording, leftOut };
      } catch (error) {
        // Envoy's end may show first as a failed connection; wait for the process to say so.
        await sleep(50);
        const died = error instanceof EnvoyDied ? error : whyDead(envoy);
        const records = envoy.log.read();
        await stop();
        if (!died) throw error;
        const recording = deadRecording(scenario, died, envoy, records);
        return { played: true, recording, leftOut };
      }
    },
    restart: stop,
    close: async () => {
      await stop();
      backends.close();
    },
  };
}

interface Job {
  readonly run: number;
  readonly scenario: Scenario;
  readonly wasmFile: string;
  readonly backends: Backends;
}

async function recordIn(session: Session, job: Job): Promise<Recording> {
  const { envoy, barrier } = session;
  const { scenario, wasmFile, backends } = job;
  const key = `scenario-${String(job.run).padStart(4, "0")}`;
  await arrangeClusters(session, scenario, backends);
  const settle = (extra: () => number): Promise<void> =>
    barrier.settle(() => envoy.log.size() + backends.activity() + extra());
  await settle(() => 0);
  envoy.log.read();

  const { accessLogFile } = envoy;
  const outcome = await envoy.setListener(
    listenerResource({ key, scenario, wasmFile, accessLogFile }),
  );
  await settle(() => 0);
  let records: readonly LogRecord[] = [];
  let played: readonly PlayedConnection[] = [];
  let ended: readonly AccessLogEntry[] = [];
  let total = 0;
  if (outcome === "accepted") {
    const path = unixPath(scenario);
    const listener = path === undefined ? { port: await envoy.portOf(key) } : { path };
    played = await play(scenario, { listener, backends, settle }, async () => {
      records = envoy.log.read();
      const count = await envoy.connectionsOf(key);
      total = count.total;
      ended = await accessLogOf(accessLogFile, key, count.total - count.active);
    });
  } else {
    records = envoy.log.read();
  }
  await envoy.setListener(undefined);
  await settle(() => 0);
  // What was open then has ended by the tear-down, and only now has an entry.
  const all = await accessLogOf(accessLogFile, key, total);
  const isMain = (it: LogRecord): boolean => it.thread === envoy.mainThread;
  const mainLines = traceLines(records, isMain);
  return {
    scenario,
    outcome,
    reason: rejection(records, key),
    lines: outcome === "refused" ? mainLines : traceLines(records, (it) => !isMain(it)),
    mainLines,
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
    modes[name] = { connect: connect === "accept" ? "accept" : "refuse", echo, proxyProtocol };
  }
  await backends.arrange(modes);
  const clusters = [];
  for (const [name, { endpoints, proxyProtocol }] of Object.entries(scenario.clusters)) {
    const endpoint = endpoints.length > 0 ? [await backends.endpointOf(name)] : [];
    clusters.push(clusterResource(name, endpoint, proxyProtocol));
  }
  const wanted = JSON.stringify(clusters);
  if (wanted === session.clusters) return;
  await session.envoy.setClusters(clusters);
  session.clusters = wanted;
}

/** Waits until `count` entries are on disk; takes what there is when they do not come. */
async function accessLogOf(
  file: string,
  key: string,
  count: number,
): Promise<readonly AccessLogEntry[]> {
  const deadline = Date.now() + ACCESS_LOG_TIMEOUT_MS;
  for (;;) {
    const entries = readAccessLog(file, key);
    if (entries.length >= count || Date.now() > deadline) return entries;
    await sleep(2);
  }
}

function whyDead(envoy: EnvoyProcess): EnvoyDied | undefined {
  try {
    envoy.checkAlive();
    return undefined;
  } catch (error) {
    return error instanceof EnvoyDied ? error : undefined;
  }
}

function deadRecording(
  scenario: Scenario,
  died: EnvoyDied,
  envoy: EnvoyProcess,
  records: readonly LogRecord[],
): Recording {
  const isMain = (it: LogRecord): boolean => it.thread === envoy.mainThread;
  return {
    scenario,
    outcome: "died",
    reason: died.how,
    lines: traceLines(records, (it) => !isMain(it)),
    mainLines: traceLines(records, isMain),
    connections: [],
  };
}

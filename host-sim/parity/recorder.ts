/** Plays scenarios in real Envoy, one after the other, and writes down what Envoy did. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../src/index.ts";
import { loadLibraries } from "../src/libraries.ts";
import { pluginsOf } from "../src/plugin.ts";
import { simulate } from "../src/simulate.ts";
import { AccessLog } from "./accessLog.ts";
import { createBackends } from "./backends.ts";
import { openBarrier, WorkerHangs } from "./barrier.ts";
import { impatientClock, isPaced, isTimed, pacedClock, realClock, type Clock } from "./clock.ts";
import { type LogRecord, traceLines } from "./envoyLog.ts";
import { EnvoyDied, type EnvoyProcess, startEnvoy } from "./envoyProcess.ts";
import { type Recording, recordScenario, type Session } from "./recordScenario.ts";
import { rewrite } from "./rewrite.ts";

export type RecordResult =
  | {
      readonly played: true;
      readonly recording: Recording;
      /** What of the scenario could not be played, in words; it is not simulated either. */
      readonly change: string | undefined;
    }
  | { readonly played: false; readonly reason: string };

export interface Recorder {
  /**
   * Plays the steps one after the other without waiting, unless the scenario is one of those in
   * which time matters (clock.ts) or `timed` says that it is. With `ownLogLevel` Envoy logs at the
   * plugin's level, so that the lines are logs only.
   */
  readonly record: (
    wasm: Uint8Array,
    scenario: Scenario,
    options?: { readonly timed?: boolean; readonly ownLogLevel?: boolean },
  ) => Promise<RecordResult>;
  /** The next scenario is played in a new Envoy. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What shared data and queues begin with. Without crossings in the log it may have been called. */
const SHARES = /^\[vm->host\] env\.proxy_(?:set_shared_data|register_shared_queue)\(/;

/** Where time matters and the machine was too busy. */
const MAX_ATTEMPTS = 4;

/**
 * @param folder for Envoy's files; must exist and be empty
 * @param slot 0 to 9: recorders that work at the same time need different ones
 */
export function createRecorder(binary: string, folder: string, slot = 0): Recorder {
  const backends = createBackends(slot);
  let session: Session | undefined;
  let starts = 0;
  let runs = 0;

  const start = async (): Promise<Session> => {
    const home = join(folder, `envoy-${++starts}`);
    mkdirSync(home);
    const envoy = await startEnvoy(binary, home);
    const barrier = await openBarrier(await envoy.portOf("barrier"));
    return {
      envoy,
      barrier,
      accessLog: new AccessLog(envoy.accessLogFile),
      clusters: "",
      leftBehind: new Set(),
    };
  };
  const stop = async (): Promise<void> => {
    session?.barrier.close();
    await session?.envoy.stop();
    session = undefined;
  };

  const recordOnce: Recorder["record"] = async (
    wasm,
    original,
    { timed = false, ownLogLevel = false } = {},
  ) => {
    const run = ++runs;
    const rewritten = await rewrite(original, { run, folder, backends, ownLogLevel });
    if (!rewritten.ok) return { played: false, reason: rewritten.reason };
    const { scenario, change } = rewritten;
    const vmIds = pluginsOf(scenario).map(({ vmId }) => vmId);
    if (vmIds.some((it) => session?.leftBehind.has(it))) await stop();
    session ??= await start();
    const { envoy } = session;
    const wasmFile = join(folder, `${createHash("sha256").update(wasm).digest("hex")}.wasm`);
    writeFileSync(wasmFile, wasm);
    try {
      const strict = timed || isTimed(scenario);
      const endsAt = strict ? await endOf(wasm, scenario) : 0;
      const startClock = (): Clock =>
        strict ? realClock(endsAt) : isPaced(scenario) ? pacedClock() : impatientClock;
      const job = { run, scenario, wasmFile, backends, startClock };
      const played = await recordScenario(session, job);
      const lines = [...played.lines, ...played.mainLines];
      if (ownLogLevel || lines.some((line) => SHARES.test(line))) {
        for (const it of vmIds) session.leftBehind.add(it);
      }
      const recording = { ...played, late: played.late && strict };
      return { played: true, recording, change };
    } catch (error) {
      if (error instanceof WorkerHangs) {
        await stop();
        // Its log may be of any length.
        const hung = { outcome: "hung", reason: error.message } as const;
        return { played: true, recording: brokenRecording(scenario, hung, [], 0), change };
      }
      // Envoy's end may show first as a failed connection; wait for the process to say so.
      const died = error instanceof EnvoyDied ? error : await awaitDeath(envoy);
      const records = envoy.log.read();
      await stop();
      if (!died) throw error;
      const how = { outcome: "died", reason: died.how } as const;
      const recording = brokenRecording(scenario, how, records, envoy.mainThread);
      return { played: true, recording, change };
    }
  };

  return {
    record: async (wasm, scenario, options) => {
      for (let attempt = 1; ; attempt++) {
        const result = await recordOnce(wasm, scenario, options);
        if (!result.played || !result.recording.late || attempt === MAX_ATTEMPTS) return result;
        await stop(); // shared data of this attempt must not be there in the next
      }
    },
    restart: stop,
    close: async () => {
      await stop();
      backends.close();
    },
  };
}

/** When the last thing happens in the simulator: by then it must have happened in Envoy. */
async function endOf(wasm: Uint8Array, scenario: Scenario): Promise<number> {
  let last = 0;
  const libraries = await loadLibraries(wasm);
  simulate(wasm, scenario, ({ at }) => (last = Math.max(last, at)), { libraries });
  return last;
}

/** A process that crashes takes its time, more so on a busy machine. */
async function awaitDeath(envoy: EnvoyProcess): Promise<EnvoyDied | undefined> {
  for (let i = 0; i < 60; i++) {
    await sleep(50);
    const died = whyDead(envoy);
    if (died) return died;
  }
  return undefined;
}

function whyDead(envoy: EnvoyProcess): EnvoyDied | undefined {
  try {
    envoy.checkAlive();
    return undefined;
  } catch (error) {
    return error instanceof EnvoyDied ? error : undefined;
  }
}

/** What there is of a scenario that Envoy did not see the end of. */
function brokenRecording(
  scenario: Scenario,
  how: Pick<Recording, "outcome" | "reason">,
  records: readonly LogRecord[],
  mainThread: number,
): Recording {
  return {
    scenario,
    ...how,
    lines: traceLines(records, ({ thread }) => thread !== mainThread),
    mainLines: traceLines(records, ({ thread }) => thread === mainThread),
    connections: [],
    late: false,
    stats: new Map(),
  };
}

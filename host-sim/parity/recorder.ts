/** Plays scenarios in real Envoy, one after the other, and writes down what Envoy did. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../src/index.ts";
import { simulate } from "../src/simulate.ts";
import { AccessLog } from "./accessLog.ts";
import { createBackends } from "./backends.ts";
import { openBarrier } from "./barrier.ts";
import { isTimed } from "./clock.ts";
import { type LogRecord, traceLines } from "./envoyLog.ts";
import { EnvoyDied, type EnvoyProcess, startEnvoy } from "./envoyProcess.ts";
import { type Recording, recordScenario, type Session } from "./recordScenario.ts";
import { rewrite } from "./rewrite.ts";

export type RecordResult =
  | {
      readonly played: true;
      readonly recording: Recording;
      /** What of the scenario could not be played, in words; it is not simulated either. */
      readonly leftOut: string | undefined;
    }
  | { readonly played: false; readonly reason: string };

export interface Recorder {
  /**
   * Plays the steps one after the other without waiting, unless the scenario is one of those in
   * which time matters (clock.ts) or `timed` says that it is.
   */
  readonly record: (wasm: Uint8Array, scenario: Scenario, timed?: boolean) => Promise<RecordResult>;
  /** The next scenario is played in a new Envoy. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

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
    return { envoy, barrier, accessLog: new AccessLog(envoy.accessLogFile), clusters: "" };
  };
  const stop = async (): Promise<void> => {
    session?.barrier.close();
    await session?.envoy.stop();
    session = undefined;
  };

  return {
    record: async (wasm, original, timed = false) => {
      const run = ++runs;
      const rewritten = await rewrite(original, { run, folder, backends });
      if (!rewritten.ok) return { played: false, reason: rewritten.reason };
      const { scenario, leftOut } = rewritten;
      session ??= await start();
      const { envoy } = session;
      const wasmFile = join(folder, `${createHash("sha256").update(wasm).digest("hex")}.wasm`);
      writeFileSync(wasmFile, wasm);
      try {
        const endsAt = timed || isTimed(scenario) ? endOf(wasm, scenario) : undefined;
        const job = { run, scenario, wasmFile, backends, endsAt };
        const recording = await recordScenario(session, job);
        return { played: true, recording, leftOut };
      } catch (error) {
        // Envoy's end may show first as a failed connection; wait for the process to say so.
        const died = error instanceof EnvoyDied ? error : await awaitDeath(envoy);
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

/** When the last thing happens in the simulator: by then it must have happened in Envoy. */
function endOf(wasm: Uint8Array, scenario: Scenario): number {
  let last = 0;
  simulate(wasm, scenario, ({ at }) => (last = Math.max(last, at)));
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
    stats: new Map(),
  };
}

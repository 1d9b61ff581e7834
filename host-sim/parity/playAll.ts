/** Plays cases in several Envoys at once, and simulates each one that was played. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadLibraries } from "../src/libraries.ts";
import type { ParityCase } from "./cases/case.ts";
import { compare, type Difference, type Simulation } from "./compare.ts";
import { maskLine } from "./mask.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import type { Recording } from "./recordScenario.ts";
import { simulateRecorded } from "./runSimulator.ts";

export type CaseResult =
  | {
      readonly played: true;
      readonly recording: Recording;
      readonly simulation: Simulation;
      readonly differences: readonly Difference[];
      /** What a first play differed in, where a later one did not differ at all. */
      readonly onlyOnce: readonly Difference[];
      readonly change: string | undefined;
    }
  | { readonly played: false; readonly reason: string };

/** What both sides are before they are compared: lines that cannot be equal are made so. */
export type LineFilter = (lines: readonly string[]) => readonly string[];
const asTheyAre: LineFilter = (lines) => lines;

/**
 * Where a later plugin of a chain is refused, Envoy 1.40 crashes (SIGSEGV) about once in fifty times:
 * the worker starts the first one while the main thread takes it away. Such a scenario is played again.
 */
const MAX_CRASHES = 3;

export async function playCase(
  recorder: Recorder,
  it: ParityCase,
  filter: LineFilter = asTheyAre,
): Promise<CaseResult> {
  for (let crashes = 0; ; crashes++) {
    const result = await playOnce(recorder, it, filter);
    const isChain = (it.scenario.plugins ?? []).length > 1;
    if (!result.played || result.recording.outcome !== "died" || !isChain) return result;
    const isRefused = result.simulation.events.some(
      (event) => event.kind === "pluginResult" && !event.accepted,
    );
    if (!isRefused || crashes === MAX_CRASHES) return result;
  }
}

async function playOnce(
  recorder: Recorder,
  it: ParityCase,
  filter: LineFilter,
): Promise<CaseResult> {
  if (it.freshEnvoy) await recorder.restart();
  const result = await recorder.record(it.wasm, it.scenario, it);
  if (!result.played) return result;
  const { recording, change } = result;
  const simulation = simulateRecorded(it.wasm, recording, await loadLibraries(it.wasm));
  const prepare = <T extends Lines>(side: T): T => {
    const lines = (of: readonly string[]): readonly string[] => {
      // Crossings are at trace, so Envoy has none of them at another level.
      const logged = it.ownLogLevel ? of.filter((line) => !CROSSING.test(line)) : of;
      return filter(it.freshEnvoy ? logged : logged.map(maskLine));
    };
    return { ...side, lines: lines(side.lines), mainLines: lines(side.mainLines) };
  };
  const differences = compare(prepare(recording), prepare(simulation));
  return { played: true, recording, simulation, differences, onlyOnce: [], change };
}

/**
 * Events of two sockets or of two threads come in an order that the machine decides: a processor of a
 * virtual one may stand still for milliseconds, and what it was to deliver comes late, while all else
 * goes on. The simulator has one order, and has it always; so a scenario that differs is played again,
 * in a fresh Envoy where VMs leave anything behind.
 */
const MAX_PLAYS = 3;

async function playUntilEqual(...args: Parameters<typeof playCase>): Promise<CaseResult> {
  const first = await playCase(...args);
  if (!first.played || first.differences.length === 0) return first;
  for (let plays = 1; plays < MAX_PLAYS; plays++) {
    const again = await playCase(...args);
    if (again.played && again.differences.length === 0) {
      return { ...again, onlyOnce: first.differences };
    }
  }
  return first;
}

const CROSSING = /^\[(?:host->vm|host<-vm|vm->host|vm<-host)\] /;

type Lines = Pick<Recording, "lines" | "mainLines">;

export interface PlayOptions {
  readonly binary: string;
  /** For Envoy's files; must exist. */
  readonly folder: string;
  readonly lanes: number;
  readonly filter: LineFilter;
}

/** Calls `onResult` for each case as it ends; the order is that of the cases only with one lane. */
export async function playAll(
  cases: AsyncIterator<ParityCase>,
  { binary, folder, lanes, filter }: PlayOptions,
  onResult: (it: ParityCase, result: CaseResult) => void,
): Promise<void> {
  let failed = false;
  const lane = async (slot: number): Promise<void> => {
    const home = join(folder, `lane-${slot}`);
    mkdirSync(home);
    const recorder = createRecorder(binary, home, slot);
    try {
      for (let next = await cases.next(); !next.done && !failed; next = await cases.next()) {
        onResult(next.value, await playUntilEqual(recorder, next.value, filter));
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await recorder.close();
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, slot) => lane(slot)));
}

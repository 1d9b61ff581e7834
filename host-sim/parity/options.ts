/** The command line of `npm run parity`. */
import { parseArgs } from "node:util";

export interface Options {
  /** Module to play instead of the corpus, with `scenarios`. */
  readonly wasm: string | undefined;
  readonly scenarios: string | undefined;
  /** Only cases whose name contains this. */
  readonly only: string | undefined;
  /** Folder for Envoy's traces as text. */
  readonly record: string | undefined;
  /** Leave Envoy's logs and configuration where they are. */
  readonly keep: boolean;
  /** How many generated scenarios are played after the project's own cases. */
  readonly count: number;
  /** Envoys that play at the same time. */
  readonly lanes: number;
  readonly seed: number;
  /** Compare without clock readings and addresses (normalise.ts). */
  readonly normalise: boolean;
  readonly help: boolean;
}

/** Each lane has a network of its own (backends.ts). */
const MAX_LANES = 9;

export const USAGE = `npm run parity -- [--only TEXT] [--wasm FILE] [--scenarios FILE|FOLDER] [--count N] [--seed N] [--lanes N] [--normalise] [--record FOLDER] [--keep]

Plays scenarios in real Envoy 1.40 and in the simulator and compares both, line by line.
  --only TEXT       only cases whose name contains TEXT
  --scenarios PATH  a scenario file, or a folder of them, instead of the project's own cases
  --wasm FILE       the module for --scenarios (the filter's release build, if not given)
  --count N         N generated scenarios after the project's own cases (500, if not given)
  --seed N          other generated scenarios (1, if not given)
  --lanes N         Envoys at the same time (2, if not given)
  --normalise       for modules that do not do the same in every run, as those of Go: compare
                    without their clock readings and addresses
  --record FOLDER   write Envoy's trace of every case to FOLDER
  --keep            keep Envoy's configuration and logs, and say where they are`;

/** Throws an Error that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      wasm: { type: "string" },
      scenarios: { type: "string" },
      only: { type: "string" },
      record: { type: "string" },
      keep: { type: "boolean", default: false },
      count: { type: "string", default: "500" },
      lanes: { type: "string", default: "2" },
      seed: { type: "string", default: "1" },
      normalise: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.wasm !== undefined && values.scenarios === undefined) {
    throw new Error("--wasm needs --scenarios");
  }
  const { wasm, scenarios, only, record, keep, normalise, help } = values;
  const count = wholeNumber("--count", values.count);
  const lanes = Math.min(Math.max(wholeNumber("--lanes", values.lanes), 1), MAX_LANES);
  const seed = wholeNumber("--seed", values.seed);
  return { wasm, scenarios, only, record, keep, count, lanes, seed, normalise, help };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new Error(`${name} needs a whole number, not ${text}`);
  return Number(text);
}

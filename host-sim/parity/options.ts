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
  /** Play this many random scenarios instead of the corpus. */
  readonly random: number | undefined;
  readonly seed: number;
  /** Compare without clock readings and addresses (normalise.ts). */
  readonly normalise: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run parity -- [--only TEXT] [--wasm FILE] [--scenarios FILE|FOLDER] [--random N] [--seed N] [--normalise] [--record FOLDER] [--keep]

Plays scenarios in real Envoy 1.40 and in the simulator and compares both, line by line.
  --only TEXT       only cases whose name contains TEXT
  --scenarios PATH  a scenario file, or a folder of them, instead of the project's own cases
  --wasm FILE       the module for --scenarios (the filter's release build, if not given)
  --random N        N random scenarios, N/4 random modules, N/20 lists of random messages
                    instead of the project's own cases
  --seed N          other random scenarios (1, if not given)
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
      random: { type: "string" },
      seed: { type: "string", default: "1" },
      normalise: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.wasm !== undefined && values.scenarios === undefined) {
    throw new Error("--wasm needs --scenarios");
  }
  const { wasm, scenarios, only, record, keep, normalise, help } = values;
  const random = values.random === undefined ? undefined : wholeNumber("--random", values.random);
  const seed = wholeNumber("--seed", values.seed);
  return { wasm, scenarios, only, record, keep, random, seed, normalise, help };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new Error(`${name} needs a whole number, not ${text}`);
  return Number(text);
}

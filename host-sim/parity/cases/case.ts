/** What a parity case is, and shorthands for writing many of them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readScenario } from "../../src/readScenario.ts";
import type { Scenario, ScenarioDocument } from "../../src/scenario.ts";
import type { Generated } from "./generated.ts";
import { compileWat, expandProbe, type WatOptions } from "../wat.ts";

/** One scenario with one module. */
export interface ParityCase {
  /** Unique; words separated by spaces, what it shows. */
  readonly name: string;
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  /** Needs an Envoy that has played nothing yet: process-wide numbers are compared, too (mask.ts). */
  readonly freshEnvoy?: true;
  /** The guest's ticks matter, so virtual time is played as real time. */
  readonly timed?: true;
  /** The plugin's log level is Envoy's, and then only log lines are compared; else it is trace. */
  readonly ownLogLevel?: true;
  /**
   * Its plugin is refused or trapped, or Envoy dies: what the case is about. Without it, and unless
   * its scenario expects that, a guest that fails proves nothing and is reported (failing.ts).
   */
  readonly fails?: boolean | "perhaps";
  /** What it was made from, for shrink.ts. */
  readonly generated?: Generated;
}

/** Cases that are about a guest that fails. */
export const failing = (cases: readonly ParityCase[]): readonly ParityCase[] =>
  cases.map((it) => ({ ...it, fails: true }));

/** Root of host-sim, from its source as well as from dist/. */
export const packageRoot = findUp(dirname(fileURLToPath(import.meta.url)), "build.mjs");

function findUp(folder: string, file: string): string {
  return existsSync(join(folder, file)) ? folder : findUp(dirname(folder), file);
}

/** Compiles probes/NAME.wat. */
export async function probe(name: string, options: WatOptions = {}): Promise<Uint8Array> {
  const read = (file: string): string =>
    readFileSync(join(packageRoot, "parity", "probes", `${file}.wat`), "utf8");
  return compileWat(`${name}.wat`, expandProbe(read(name), read("prelude")), options);
}

/** Compiles WebAssembly text as it stands. */
export const module = (text: string, options: WatOptions = {}): Promise<Uint8Array> =>
  compileWat("module.wat", `(module ${text})`, options);

type Connections = ScenarioDocument["connections"];
type Steps = NonNullable<Connections[number]["steps"]>;

/** A connection with the usual addresses. */
export const from = (source: string, ...steps: Steps): Connections[number] => ({
  source,
  destination: "203.0.113.10:443",
  steps,
});
/** Sends hello, is answered, and the client ends it. */
export const talk: Steps = [{ downstream: "hello" }, { upstream: "hi" }, { close: "client" }];

/** Fills in what probes do not care about: clusters c1 (tcp_proxy's) and c2, and no plugin names. */
export function scenario(
  document: Omit<Partial<ScenarioDocument>, "connections"> & Pick<ScenarioDocument, "connections">,
): Scenario {
  return checked({
    tcpProxy: { cluster: "c1" },
    clusters: {
      c1: { endpoints: ["10.1.0.1:8080"] },
      c2: { endpoints: ["10.1.0.2:8080"] },
    },
    ...document,
    ...(document.plugins
      ? {}
      : { plugin: { name: "p", rootId: "r", vmId: "v", ...document.plugin } }),
  });
}

/** Fills in the defaults. Throws an Error with all problems: a case of ours must have none. */
export function checked(document: ScenarioDocument): Scenario {
  const result = readScenario(document);
  if (result.ok) return result.scenario;
  const problems = result.problems.map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`no scenario:\n  ${problems.join("\n  ")}`);
}

/**
 * The conformance table: every host function that Envoy 1.40 registers and every behaviour listed in
 * behaviours.ts, with what is modelled and how many parity cases ask real Envoy about it.
 * `node host-sim/dist/parity/conformance.js --write` puts it into host-sim/README.md, and for the page
 * into host-sim/conformance.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostcalls } from "../src/hostcalls/index.ts";
import type { Coverage } from "../src/hostcalls/define.ts";
import { loadLibraries } from "../src/libraries.ts";
import { simulate } from "../src/simulate.ts";
import type { TraceEvent } from "../src/trace.ts";
import { behaviours, type Behaviour } from "./behaviours.ts";
import { packageRoot, type ParityCase } from "./cases/case.ts";
import { corpus } from "./cases/corpus.ts";
import { checkFacts, verifiedTable } from "./verifiedTable.ts";

export const BEGIN = "<!-- conformance: made by npm run conformance -->";
export const END = "<!-- /conformance -->";

const states = { modelled: "modelled", partly: "in part", notModelled: "not modelled" } as const;

/** In how many cases each host function is called. */
async function countCalls(cases: readonly ParityCase[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { wasm, scenario } of cases) {
    const called = new Set<string>();
    const note = (event: TraceEvent) => event.kind === "hostCall" && called.add(event.name);
    simulate(wasm, scenario, note, { libraries: await loadLibraries(wasm) });
    for (const name of called) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Throws if a behaviour names a case that does not exist. */
function countCases({ text, cases = [] }: Behaviour, all: readonly ParityCase[]): number {
  for (const beginning of cases) {
    if (!all.some(({ name }) => name.startsWith(beginning))) {
      throw new Error(`conformance: no parity case begins with "${beginning}" (${text})`);
    }
  }
  return all.filter(({ name }) => cases.some((beginning) => name.startsWith(beginning))).length;
}

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const asked = (count: number) => (count === 0 ? "–" : count);

export interface BehaviourRow {
  readonly chapter: string;
  readonly text: string;
  readonly coverage: Coverage;
  /** Parity cases that ask real Envoy about it. */
  readonly cases: number;
}

export interface FunctionRow {
  readonly module: "env" | "wasi";
  readonly name: string;
  /** The ABI versions that have it, or `all`. */
  readonly abis: string;
  readonly coverage: Coverage;
  readonly cases: number;
  readonly remark: string;
}

/** What host-sim/conformance.json holds. */
export interface Conformance {
  readonly behaviours: readonly BehaviourRow[];
  readonly functions: readonly FunctionRow[];
}

/** Plays the corpus and counts. */
export async function conformance(): Promise<Conformance> {
  const cases = await corpus();
  checkFacts(cases);
  const calls = await countCalls(cases);
  return {
    behaviours: behaviours.map((it) => ({
      chapter: it.chapter,
      text: it.text,
      coverage: it.cases ? "modelled" : "notModelled",
      cases: countCases(it, cases),
    })),
    functions: hostcalls.map(({ module, name, abis, coverage, remark }) => ({
      module,
      name,
      abis: abis?.join(", ") ?? "all",
      coverage,
      cases: calls.get(name) ?? 0,
      remark: remark ?? "",
    })),
  };
}

/** The same as Markdown, for the README. */
export function conformanceTable({ behaviours, functions }: Conformance): string {
  return [
    "The last number is in how many of the parity cases real Envoy is asked about it (`npm run parity`).",
    "",
    row("Behaviour", "", "Here", "Cases"),
    row("---", "---", "---", "---"),
    ...behaviours.map((it) => row(it.chapter, it.text, states[it.coverage], asked(it.cases))),
    "",
    row("Host function", "ABI", "Here", "Cases", "Remark"),
    row("---", "---", "---", "---", "---"),
    ...functions.map(({ module, name, abis, coverage, cases, remark }) =>
      row(
        module === "wasi" ? `WASI \`${name}\`` : `\`${name}\``,
        abis,
        states[coverage],
        asked(cases),
        remark,
      ),
    ),
    "",
    ...verifiedTable(),
  ].join("\n");
}

/** Where the table stands in a text; the rest of the text stays. */
export function putTable(readme: string, table: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`no "${BEGIN}" … "${END}" in the text`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${table}\n\n${readme.slice(end)}`;
}

export const readmePath = join(packageRoot, "README.md");

export const conformancePath = join(packageRoot, "conformance.json");

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const made = await conformance();
  writeFileSync(readmePath, putTable(readFileSync(readmePath, "utf8"), conformanceTable(made)));
  writeFileSync(conformancePath, `${JSON.stringify(made, undefined, 2)}\n`);
}

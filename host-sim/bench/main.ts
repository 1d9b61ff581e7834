/** npm run bench: what the simulator and the filter cost, each figure beside its target. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { inChromium, inNode } from "./connections.ts";
import { envoy } from "./envoy.ts";
import { guestAlone } from "./guestAlone.ts";
import { open } from "./open.ts";
import { page } from "./page.ts";
import { formatPart, PartSkipped, repository, verdictOf, type Part } from "./part.ts";
import { routes } from "./routes.ts";
import { sizes } from "./sizes.ts";
import { start } from "./start.ts";
import { sweep } from "./sweep.ts";

const parts: readonly Part[] = [
  inNode,
  inChromium,
  guestAlone,
  envoy,
  routes,
  sweep,
  start,
  open,
  page,
  sizes,
];

const usage = `npm run bench [-- OPTIONS]
  --only PART      one part: ${parts.map(({ name }) => name).join(", ")}
  --connections N  connections a round (5000)
  --rounds N       rounds that count (15)
  --long           memory after 10 and 50 million connections, too (minutes)
  --json FILE      where the figures go (test-results/bench.json)`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string" },
        connections: { type: "string", default: "5000" },
        rounds: { type: "string", default: "15" },
        long: { type: "boolean", default: false },
        json: { type: "string" },
      },
    });
    const chosen = parts.filter(({ name }) => values.only === undefined || name === values.only);
    if (chosen.length === 0) throw new Error(`--only ${values.only}: there is no such part`);
    return {
      chosen,
      connections: positive("connections", values.connections),
      rounds: positive("rounds", values.rounds),
      long: values.long,
      json: values.json,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

function positive(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`--${name} is "${text}": must be a whole number from 1 to 9999999`);
}

const { chosen, json, ...options } = readOptions();
const wasm = new Uint8Array(readFileSync(new URL("../wasmerang.wasm", import.meta.url)));
const machine = `Node ${process.versions.node}, ${cpus()[0]?.model ?? process.arch}, ${cpus().length} cores`;
console.log(`${options.connections} connections a round, ${options.rounds} rounds; ${machine}`);

const report = [];
for (const { name, title, run } of chosen) {
  try {
    const figures = await run({ wasm, ...options });
    console.log(`\n${formatPart(title, figures)}`);
    const judged = figures.map((figure) => ({
      ...figure,
      verdict: verdictOf(figure) || undefined,
    }));
    report.push({ name, title, figures: judged });
  } catch (error) {
    if (!(error instanceof PartSkipped)) throw error;
    console.log(`\n${title}\n  skipped: ${error.message}`);
    report.push({ name, title, figures: [], skipped: error.message });
  }
}

const missed = report.flatMap(({ figures }) =>
  figures.filter(({ verdict }) => verdict === "missed"),
);
if (missed.length > 0) {
  console.log(`\nmissed: ${missed.map(({ what }) => what).join("; ")}`);
}
const file = json ?? new URL("test-results/bench.json", repository);
if (json === undefined) mkdirSync(new URL("test-results/", repository), { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, ...options, parts: report }, null, 2)}\n`);

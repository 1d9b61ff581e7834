/**
 * npm run bench: what the simulator costs on top of the smallest possible host.
 *
 * All contestants run the release filter for the same connections, in turns and in one process.
 * "Filter alone" does what the floor does; a whole connection is more: scenario, event loop, filter
 * chain, tcp_proxy, upstream, close.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { readScenario, simulate, type Scenario } from "../src/index.ts";
import { Recorder } from "../src/recorder.ts";
import { record } from "../src/simulate.ts";
import { loadFilterAlone } from "./filterAlone.ts";
import { createFloorHost } from "./floorHost.ts";
import { formatResults, playRounds, type Contestant } from "./rounds.ts";

const usage = `npm run bench [-- OPTIONS]
  --connections N  connections a round (5000)
  --rounds N       rounds that count (15)
  --json FILE      writes the results as JSON, too`;

const warmUpRounds = 5;
const configuration = "standalone";

interface Options {
  readonly connections: number;
  readonly rounds: number;
  readonly json: string | undefined;
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        connections: { type: "string", default: "5000" },
        rounds: { type: "string", default: "15" },
        json: { type: "string" },
      },
    });
    const { json } = values;
    return {
      connections: positive("connections", values.connections),
      rounds: positive("rounds", values.rounds),
      json,
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

/** Connections from many addresses, one after the other, each reset by its client at once. */
function makeScenario(sources: readonly string[]): Scenario {
  const read = readScenario({
    plugin: { configuration },
    clusters: {
      egress1: { endpoints: ["10.1.0.11:8080"] },
      egress2: { endpoints: ["10.1.0.12:8080"] },
      default: { endpoints: ["10.1.0.10:8080"] },
    },
    connections: sources.map((source) => ({
      source,
      destination: "203.0.113.10:443",
      steps: [{ close: "clientReset" }],
    })),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

/** Microseconds that `work` takes. */
function timed(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) * 1000;
}

/** The clusters that tcp_proxy chose in a run, in order. */
function decisions(wasm: Uint8Array, scenario: Scenario): string[] {
  const clusters: string[] = [];
  simulate(wasm, scenario, (event) => {
    if (event.kind === "clusterDecision") clusters.push(event.cluster);
  });
  return clusters;
}

const options = readOptions();
const wasm = readFileSync(new URL("../wasmerang.wasm", import.meta.url));
const sources = Array.from(
  { length: options.connections },
  (_, i) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}:${40_000 + (i % 20_000)}`,
);
const scenario = makeScenario(sources);
const withoutConnections: Scenario = { ...scenario, connections: [] };
const floor = createFloorHost(new WebAssembly.Module(wasm), configuration);

const chosen = decisions(wasm, scenario);
const differs = sources.findIndex((source, i) => floor.connect(source) !== chosen[i]);
if (differs !== -1) throw new Error(`the hosts do not agree on ${sources[differs]}`);

/** The filter in the simulator, without the Envoy around it. */
function filterAlone(name: string, recorder?: Recorder): Contestant {
  const play = loadFilterAlone(wasm, scenario, recorder);
  return { name, round: () => timed(play) / sources.length };
}

/** A whole run; loading the module and starting its VMs is measured apart and taken off. */
function wholeRun(name: string, play: (scenario: Scenario) => void): Contestant {
  const round = () => {
    const all = timed(() => play(scenario));
    const loading = timed(() => play(withoutConnections));
    return (all - loading) / sources.length;
  };
  return { name, round };
}

const results = playRounds(
  [
    {
      name: "floor: smallest hand-written host",
      round: () => timed(() => sources.forEach((source) => floor.connect(source))) / sources.length,
    },
    filterAlone("filter alone, untraced"),
    filterAlone("filter alone, traced", new Recorder()),
    wholeRun("whole connection, untraced", (it) => record(wasm, it, undefined)),
    wholeRun("whole connection, traced", (it) => record(wasm, it, new Recorder())),
    wholeRun("whole connection, every event read", (it) => simulate(wasm, it, () => {})),
  ],
  options.rounds,
  warmUpRounds,
);

const machine = `Node ${process.versions.node}, ${cpus()[0]?.model ?? process.arch}`;
console.log(`${sources.length} connections a round, ${options.rounds} rounds; ${machine}\n`);
console.log(formatResults(results));
if (options.json !== undefined) {
  const report = { connections: sources.length, rounds: options.rounds, machine, results };
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

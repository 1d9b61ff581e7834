/**
 * The simulator against the floor, as a function that runs in Node and in a browser alike. All
 * contestants run the release filter for the same connections, in turns and in one process. "Filter
 * alone" does what the floor does; a whole connection is more: scenario, event loop, filter chain,
 * tcp_proxy, upstream, close.
 */
import { simulate, type Scenario } from "../src/index.ts";
import { Recorder } from "../src/recorder.ts";
import { record } from "../src/simulate.ts";
import { scenarioOf, sourcesOf } from "./benchScenario.ts";
import { loadFilterAlone } from "./filterAlone.ts";
import { createFloorHost } from "./floorHost.ts";
import { playRounds, type Contestant, type Result } from "./rounds.ts";

const WARM_UP_ROUNDS = 8;

export interface HostsOptions {
  readonly wasm: Uint8Array;
  readonly connections: number;
  readonly rounds: number;
  /** A clock in microseconds that goes on only while the program runs, if there is one. */
  readonly clock: () => number;
}

export function measureHosts({
  wasm,
  connections,
  rounds,
  clock,
}: HostsOptions): readonly Result[] {
  const sources = sourcesOf(connections);
  const scenario = scenarioOf(sources);
  const withoutConnections: Scenario = { ...scenario, connections: [] };
  const floor = createFloorHost(new WebAssembly.Module(wasm as BufferSource), "standalone");
  compareDecisions(wasm, scenario, (source) => floor.connect(source));

  const timed = (work: () => void): number => {
    const started = clock();
    work();
    return clock() - started;
  };
  const alone = (name: string, recorder?: Recorder): Contestant => {
    const play = loadFilterAlone(wasm, scenario, recorder);
    return { name, round: () => timed(play) / connections };
  };
  /** Loading the module and starting its VMs is measured apart and taken off. */
  const whole = (name: string, play: (scenario: Scenario) => void): Contestant => ({
    name,
    round: () => {
      const all = timed(() => play(scenario));
      return (all - timed(() => play(withoutConnections))) / connections;
    },
  });
  return playRounds(
    [
      {
        name: "floor: smallest hand-written host",
        round: () => timed(() => sources.forEach((source) => floor.connect(source))) / connections,
      },
      alone("filter alone, untraced"),
      alone("filter alone, traced", new Recorder()),
      whole("whole connection, untraced", (it) => record(wasm, it, undefined)),
      whole("whole connection, traced", (it) => record(wasm, it, new Recorder())),
    ],
    rounds,
    WARM_UP_ROUNDS,
  );
}

/** Proves that the floor and the simulator do the same work. */
function compareDecisions(
  wasm: Uint8Array,
  scenario: Scenario,
  decide: (source: string) => string,
): void {
  const clusters: string[] = [];
  simulate(wasm, scenario, (event) => {
    if (event.kind === "clusterDecision") clusters.push(event.cluster);
  });
  const differs = scenario.connections.find(({ source }, i) => decide(source) !== clusters[i]);
  if (differs) throw new Error(`the hosts do not agree on ${differs.source}`);
}

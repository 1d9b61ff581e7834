/** The simulator's side of a comparison. */
import { formatEnvoy } from "../src/formatEnvoy.ts";
import type { Libraries } from "../src/libraries.ts";
import type { Scenario } from "../src/scenario.ts";
import { simulate } from "../src/simulate.ts";
import type { TraceEvent } from "../src/trace.ts";
import type { Simulation } from "./compare.ts";
import type { Recording } from "./recordScenario.ts";

const MAX_SEEDS = 1000;

export function runSimulator(
  wasm: Uint8Array,
  scenario: Scenario,
  libraries: Libraries,
): Simulation {
  const events: TraceEvent[] = [];
  const { stats } = simulate(wasm, scenario, (event) => events.push(event), { libraries });
  // With several plugins the VMs of the main thread take turns.
  const mainThread = events.filter(({ vm }) => vm !== "worker");
  const mainLines = formatEnvoy(
    mainThread.map((event) => ({ ...event, vm: "main" })),
    "main",
  );
  return { events, lines: formatEnvoy(events), mainLines, stats };
}

/**
 * What was played, simulated. A choice among weighted clusters is random on both sides: the seed
 * is then the first with which the simulator chooses as Envoy did, so that all the rest can be
 * compared; the last one tried where there is none.
 */
export function simulateRecorded(
  wasm: Uint8Array,
  { scenario, connections }: Recording,
  libraries: Libraries,
): Simulation {
  const first = runSimulator(wasm, scenario, libraries);
  if ((scenario.tcpProxy.weightedClusters ?? []).length < 2) return first;
  const wanted = connections.map(({ access }) => access?.cluster);
  for (let seed = 1; seed <= MAX_SEEDS; seed++) {
    const simulation = runSimulator(wasm, { ...scenario, seed }, libraries);
    const chosen = new Map<string, string | undefined>();
    for (const event of simulation.events) {
      if (event.kind === "connectionEnd") chosen.set(event.connection ?? "", event.cluster);
    }
    if (connections.every(({ id }, i) => chosen.get(id) === wanted[i])) return simulation;
  }
  return first;
}

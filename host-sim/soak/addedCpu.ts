/** What the filter costs real Envoy: CPU time per connection, with it and without it in one run. */
import { median } from "../bench/rounds.ts";
import { playLoad, type LoadConnection } from "./load.ts";
import type { SoakEnvoy } from "./soakEnvoy.ts";
import type { ListenerName } from "./soakConfig.ts";

export interface EnvoyCost {
  /** Median of the rounds: CPU time of all of Envoy's threads per connection, in microseconds. */
  readonly micros: Readonly<Record<ListenerName, number>>;
  /** Median of the rounds' differences to the listener without the filter. */
  readonly addedMicros: Readonly<Record<"standalone" | "istio", number>>;
  /** Connections a second that this client reached; it shares the machine with Envoy. */
  readonly perSecond: Readonly<Record<ListenerName, number>>;
}

const PARALLEL = 32;
const order = ["plain", "standalone", "istio"] as const;

/**
 * The listeners take turns, so that a busy machine hits all of them. The first round warms up.
 * Throws if a connection got a wrong answer.
 */
export async function measureEnvoyCost(
  envoy: SoakEnvoy,
  rounds: number,
  connections: number,
): Promise<EnvoyCost> {
  const cpu: Record<ListenerName, number[]> = { plain: [], standalone: [], istio: [] };
  const speed: Record<ListenerName, number[]> = { plain: [], standalone: [], istio: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of order) {
      const before = envoy.cpuMicros();
      const started = performance.now();
      const load = evenSources(envoy.portOf[name], connections);
      const { wrong } = await playLoad(load, PARALLEL);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
      if (round === 0) continue;
      cpu[name].push((envoy.cpuMicros() - before) / connections);
      speed[name].push(connections / ((performance.now() - started) / 1000));
    }
  }
  const added = (name: "standalone" | "istio"): number =>
    median(cpu[name].map((micros, round) => micros - (cpu.plain[round] ?? 0)));
  const medians = (of: Record<ListenerName, number[]>): Record<ListenerName, number> => ({
    plain: median(of.plain),
    standalone: median(of.standalone),
    istio: median(of.istio),
  });
  return {
    micros: medians(cpu),
    addedMicros: { standalone: added("standalone"), istio: added("istio") },
    perSecond: medians(speed),
  };
}

/** Even sources go to egress1, as does the listener without the filter. */
function* evenSources(port: number, count: number): Generator<LoadConnection, void> {
  for (let index = 0; index < count; index++) {
    const source = `10.0.${(index >> 7) & 255}.${(index * 2) & 254}:40000`;
    yield { port, source, destination: "203.0.113.10:443", expect: "1" };
  }
}

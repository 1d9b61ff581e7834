/** A cluster of the scenario, with what Envoy keeps of it from one connection to the next. */
import type { ScenarioCluster } from "./scenario.ts";
import { CounterScope, type SharedState } from "./sharedState.ts";

export class Cluster {
  readonly name: string;
  readonly settings: ScenarioCluster;
  readonly #counters: CounterScope;
  #next = 0;

  constructor(name: string, settings: ScenarioCluster, shared: SharedState) {
    this.name = name;
    this.settings = settings;
    this.#counters = new CounterScope(shared, `cluster.${name}.`);
  }

  /** How many it has. */
  get endpoints(): number {
    return this.settings.endpoints.length;
  }

  /** A statistic of the cluster. */
  count(name: string): void {
    this.#counters.count(name);
  }

  /** Round robin over its hosts; undefined: it has none. */
  nextHost(): string | undefined {
    return this.settings.endpoints[this.#next++ % Math.max(this.endpoints, 1)];
  }
}

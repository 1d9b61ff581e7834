/** Plays a scenario once for each single fault, and says what each leads to. */
import { parseDuration } from "../duration.ts";
import { guestLimits, type Limits } from "../limits.ts";
import type { Libraries } from "../libraries.ts";
import { failurePolicies, type FailurePolicy, type Scenario } from "../scenario.ts";
import { simulate } from "../simulate.ts";
import type { TraceEvent } from "../trace.ts";
import { listFaults, type FaultCase } from "./faultCases.ts";
import {
  compareFates,
  fatesOf,
  type ConnectionFate,
  type ConnectionOutcome,
} from "./faultOutcome.ts";

/** Connections that come after those of the scenario, to see whether a fault outlives its call. */
export const LATER_CONNECTIONS = 12;
/** In virtual time; all twelve take longer than Envoy's first back-off under FAIL_RELOAD. */
const LATER_EVERY_MS = 200;

export interface FaultResult {
  readonly case: FaultCase;
  /** In the order of the scenario's connections. */
  readonly connections: readonly { readonly id: string; readonly outcome: ConnectionOutcome }[];
  /** The guest trapped by itself, or its allocator did. */
  readonly trapped: boolean;
  /** The worker's VM is dead, or its plugin was never configured. */
  readonly vmLost: boolean;
  /** How Envoy was lost, if it was: the guest killed it, keeps its worker for ever, or takes too much. */
  readonly envoyLost: string | undefined;
  /** What the later connections met, under the scenario's policy and, where the VM is lost, others. */
  readonly later: Readonly<Partial<Record<FailurePolicy, readonly ConnectionOutcome[]>>>;
}

/** The result of a fault on which the guest never returned; whoever ended it makes this. */
export function hangingResult(faultCase: FaultCase, ids: readonly string[]): FaultResult {
  return {
    case: faultCase,
    connections: ids.map((id) => ({ id, outcome: "gone" })),
    trapped: false,
    vmLost: false,
    envoyLost: "The guest did not return; Envoy's worker would hang.",
    later: {},
  };
}

/** Thrown when there is nothing to disturb: Envoy refuses the plugin, or dies of it. */
export class NoFaultsPossible extends Error {}

/**
 * The faults of one module and scenario. The scenario's own `faults` are left out. Making it plays
 * the scenario once; `play` plays it again for one fault. Throws NoFaultsPossible.
 */
export class FaultLab {
  readonly cases: readonly FaultCase[];
  readonly #wasm: Uint8Array;
  readonly #scenario: Scenario;
  readonly #libraries: Libraries;
  readonly #limits: Limits;
  /** Without a fault; a module that traps by itself does otherwise under each policy. */
  readonly #before = new Map<FailurePolicy, readonly ConnectionFate[]>();

  constructor(
    wasm: Uint8Array,
    scenario: Scenario,
    libraries: Libraries = {},
    limits = guestLimits,
  ) {
    this.#wasm = wasm;
    this.#limits = limits;
    this.#libraries = libraries;
    const { document, laterFrom } = withLaterConnections({ ...scenario, faults: [] });
    this.#scenario = document;
    const { events, stopped } = this.#run(document);
    if (stopped !== undefined)
      throw new NoFaultsPossible(`Without any fault the run is stopped: ${stopped}.`);
    const result = events.find((it) => it.kind === "pluginResult");
    if (result?.kind === "pluginResult" && !result.accepted) {
      throw new NoFaultsPossible(`Envoy refuses the plugin: ${result.reason ?? ""}`);
    }
    const death = events.find((it) => it.kind === "envoyDies");
    if (death?.kind === "envoyDies") {
      throw new NoFaultsPossible(`Without any fault this kills Envoy 1.40: ${death.how}`);
    }
    this.cases = listFaults(document, events, laterFrom);
    this.#before.set(document.plugin.failurePolicy, this.#fates(events));
  }

  /** Plays one fault. A guest may loop for ever on it: only a thread can end that. */
  play(faultCase: FaultCase): FaultResult {
    const { fault, asIf } = faultCase;
    const disturbed = { ...this.#scenario, faults: [fault] };
    const own = disturbed.plugin.failurePolicy;
    const { events, stopped } = this.#run(disturbed);
    const outcomes = this.#outcomes(events, own, asIf);
    const trap = events.find((it) => it.kind === "trap" && it.vm === "worker");
    const vmLost = trap !== undefined || isUnconfigured(events);
    const death = events.find((it) => it.kind === "envoyDies");
    const later: Partial<Record<FailurePolicy, readonly ConnectionOutcome[]>> = {};
    for (const failurePolicy of failurePolicies) {
      const isOwn = failurePolicy === own;
      if (!isOwn && !vmLost) continue;
      const all = isOwn
        ? outcomes
        : this.#outcomes(this.#run(under(failurePolicy, disturbed)).events, failurePolicy, asIf);
      later[failurePolicy] = all.slice(-LATER_CONNECTIONS).map(({ outcome }) => outcome);
    }
    return {
      case: faultCase,
      connections: outcomes.slice(0, -LATER_CONNECTIONS),
      trapped: events.some((it) => it.kind === "trap" && it.vm === "worker" && !it.injected),
      vmLost,
      envoyLost: stopped
        ? `Stopped: ${stopped}.`
        : death?.kind === "envoyDies"
          ? death.how
          : undefined,
      later,
    };
  }

  #run(scenario: Scenario) {
    const events: TraceEvent[] = [];
    const { stopped } = simulate(this.#wasm, scenario, (event) => events.push(event), {
      libraries: this.#libraries,
      limits: this.#limits,
    });
    return { events, stopped };
  }

  #fates(events: readonly TraceEvent[]): readonly ConnectionFate[] {
    return fatesOf(
      events,
      this.#scenario.connections.map(({ id }) => id ?? ""),
    );
  }

  #outcomes(events: readonly TraceEvent[], policy: FailurePolicy, asIf: Scenario | undefined) {
    const asIfFates = asIf && this.#fates(this.#run(under(policy, asIf)).events);
    let before = this.#before.get(policy);
    if (!before) {
      before = this.#fates(this.#run(under(policy, this.#scenario)).events);
      this.#before.set(policy, before);
    }
    return this.#fates(events).flatMap((now, index) => {
      const fate = before[index];
      return fate ? [{ id: now.id, outcome: compareFates(now, fate, asIfFates?.[index]) }] : [];
    });
  }
}

/** The scenario under another failure policy. */
function under(failurePolicy: FailurePolicy, scenario: Scenario): Scenario {
  return { ...scenario, plugin: { ...scenario.plugin, failurePolicy } };
}

/** proxy_on_vm_start or proxy_on_configure answered 0 on the worker. */
function isUnconfigured(events: readonly TraceEvent[]): boolean {
  return events.some(
    (it) =>
      it.kind === "guestExit" &&
      it.vm === "worker" &&
      (it.callback === "proxy_on_vm_start" || it.callback === "proxy_on_configure") &&
      it.returned === 0,
  );
}

/** The scenario, then its connections again and again until there are enough later ones. */
function withLaterConnections(scenario: Scenario): {
  readonly document: Scenario;
  /** In nanoseconds. */
  readonly laterFrom: number;
} {
  const { connections } = scenario;
  const lastStep = connections.map(({ at, steps }) =>
    [at, ...steps.map(({ after }) => after)].reduce(
      (sum, text) => sum + (parseDuration(text) ?? 0),
      0,
    ),
  );
  const lastMs = Math.ceil(Math.max(0, ...lastStep) / 1e6);
  const later = Array.from({ length: LATER_CONNECTIONS }, (_, index) => {
    const model = connections[index % connections.length];
    if (!model) throw new NoFaultsPossible("The scenario has no connections.");
    return {
      ...model,
      id: `later-${index + 1}`,
      at: `${lastMs + (index + 1) * LATER_EVERY_MS}ms`,
    };
  });
  const laterFrom = (lastMs + LATER_EVERY_MS) * 1e6;
  return { document: { ...scenario, connections: [...connections, ...later] }, laterFrom };
}

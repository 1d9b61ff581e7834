import type { Scenario } from "./scenario.ts";
import type { TraceEvent } from "./trace.ts";

/**
 * Plays a scenario: loads the module as Envoy 1.40 would, makes its VMs, lets the connections come
 * and go in virtual time. Same wasm, same scenario: same events. Never throws for anything the
 * module does; an endless loop in the guest does not return (run it in a worker and end that).
 */
export declare function simulate(
  wasm: Uint8Array,
  scenario: Scenario,
  onEvent: (event: TraceEvent) => void,
): void;

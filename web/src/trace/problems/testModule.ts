/** Small guests in WebAssembly text, run on the simulator: what the tests of the problems judge. */
import { readScenario, simulate, type ScenarioDocument, type TraceEvent } from "wasmerang";
import { compileWat, expandProbe } from "../../../../host-sim/parity/wat.ts";
import prelude from "../../../../host-sim/parity/probes/prelude.wat?raw";

/** A probe of the parity tests: see host-sim/parity/wat.ts for how it is written. */
export const guest = (text: string): Promise<Uint8Array> =>
  compileWat("test.wat", expandProbe(text, prelude));

export const document: ScenarioDocument = {
  clusters: {
    default: { endpoints: ["10.1.0.10:8080"], echo: true },
    egress1: { endpoints: ["10.1.0.11:8080"] },
    refusing: { endpoints: ["10.1.0.12:8080"], connect: "refuse" },
  },
  connections: [
    {
      id: "a",
      source: "10.0.0.42:51324",
      destination: "203.0.113.10:443",
      steps: [{ downstream: "hello" }, { close: "client" }],
    },
  ],
};

/** @throws Error for a document that is no scenario. */
export function play(wasm: Uint8Array, changes: Partial<ScenarioDocument> = {}) {
  const played = { ...document, ...changes };
  const read = readScenario(played);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const events: TraceEvent[] = [];
  simulate(wasm, read.scenario, (event) => events.push(event));
  return { events, document: played, status: "done" as const };
}

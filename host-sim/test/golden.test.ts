/** Traces recorded in real Envoy 1.40.0, line by line: the simulator must print the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileWat } from "../parity/wat.ts";
import { formatEnvoy } from "../src/formatEnvoy.ts";
import { readScenario } from "../src/readScenario.ts";
import { simulate } from "../src/simulate.ts";
import type { ConnectionEnd, TraceEvent } from "../src/trace.ts";

/** golden/NAME/golden.json, beside the module's text. */
interface Golden {
  readonly scenario: unknown;
  readonly refused: boolean;
  /** Base VM, canary, main VM; of a refused plugin the errors. */
  readonly mainThread: readonly string[];
  readonly worker: readonly string[];
  readonly accessLog: readonly {
    readonly cluster: string | null;
    readonly flags: string;
    readonly rx: number;
    readonly tx: number;
    readonly reason: string | null;
  }[];
}

const folder = join(import.meta.dirname, "golden");

async function play(name: string): Promise<{ golden: Golden; events: readonly TraceEvent[] }> {
  const read = (file: string): string => readFileSync(join(folder, name, file), "utf8");
  const golden = JSON.parse(read("golden.json")) as Golden;
  const result = readScenario(golden.scenario);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const events: TraceEvent[] = [];
  const wasm = await compileWat(name, read("module.wat"));
  simulate(wasm, result.scenario, (event) => events.push(event));
  return { golden, events };
}

describe.each(readdirSync(folder))("recorded in Envoy: %s", (name) => {
  it("prints the lines of the main thread", async () => {
    const { golden, events } = await play(name);
    const lines = golden.refused
      ? formatEnvoy(events)
      : (["base", "canary", "main"] as const).flatMap((vm) => formatEnvoy(events, vm));
    expect(lines).toEqual(golden.mainThread);
  });

  it("prints the lines of the worker", async () => {
    const { golden, events } = await play(name);
    expect(formatEnvoy(events, "worker")).toEqual(golden.worker);
  });

  it("ends the connections as the access log says", async () => {
    const { golden, events } = await play(name);
    const ends = events.filter((event): event is ConnectionEnd => event.kind === "connectionEnd");
    const facts = ends.map((end) => ({
      cluster: end.cluster ?? null,
      flags: end.flags,
      rx: end.bytesReceived,
      tx: end.bytesSent,
      reason: end.closeReason ?? null,
    }));
    expect(facts).toEqual(golden.accessLog);
  });
});

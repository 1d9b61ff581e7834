/** (b) What the filter adds to a connection in real Envoy, against the same listener without it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureEnvoyCost, type EnvoyCost } from "../soak/addedCpu.ts";
import { closedPort, startUpstream } from "../soak/load.ts";
import { startSoakEnvoy } from "../soak/soakEnvoy.ts";
import { PartSkipped, repository, type BenchOptions, type Figure, type Part } from "./part.ts";

const TARGET_MICROS = 60;
/** Of a round: the client takes most of the time. */
const MOST_CONNECTIONS = 1000;

async function envoyBinary(): Promise<string> {
  // Not compiled with host-sim: the script also serves npm test.
  const { findEnvoy } = (await import(new URL("scripts/setupEnvoy.mjs", repository).href)) as {
    readonly findEnvoy: () => string | undefined;
  };
  const binary = findEnvoy();
  if (binary === undefined) {
    throw new PartSkipped("Envoy is not set up; node scripts/setupEnvoy.mjs fetches it.");
  }
  return binary;
}

async function measureCost({ rounds, connections }: BenchOptions): Promise<EnvoyCost> {
  const binary = await envoyBinary();
  const count = Math.min(connections, MOST_CONNECTIONS);
  const wasmFile = fileURLToPath(new URL("filter/build/wasmerang.wasm", repository));
  const folder = mkdtempSync(join(tmpdir(), "wasmerang-bench-"));
  const upstream = await startUpstream("1");
  try {
    const running = await startSoakEnvoy(binary, folder, wasmFile, {
      egress1: upstream.port,
      egress2: upstream.port,
      refused: await closedPort(),
    });
    const cost = await measureEnvoyCost(running, rounds, count).finally(running.stop);
    // After a failure Envoy's log stays there.
    rmSync(folder, { recursive: true });
    return cost;
  } finally {
    upstream.server.close();
  }
}

function figuresOf({ micros, addedMicros, perSecond }: EnvoyCost): readonly Figure[] {
  const speed = (name: keyof typeof perSecond): string =>
    `${Math.round(perSecond[name]).toLocaleString("en-US")} connections a second`;
  const added = (mode: keyof typeof addedMicros): Figure => ({
    what: `added by the filter, mode ${mode}`,
    value: addedMicros[mode],
    unit: "µs",
    target: TARGET_MICROS,
    note: `${micros[mode].toFixed(0)} µs in all, ${speed(mode)}`,
  });
  const plain: Figure = {
    what: "without the filter",
    value: micros.plain,
    unit: "µs",
    note: `${speed("plain")}; the client shares the machine`,
  };
  return [plain, added("standalone"), added("istio")];
}

export const envoy: Part = {
  name: "envoy",
  title: "A connection in real Envoy, CPU time of all its threads",
  run: async (options) => figuresOf(await measureCost(options)),
};

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadFilterAlone } from "../bench/filterAlone.ts";
import { createFloorHost } from "../bench/floorHost.ts";
import { padModule } from "../bench/padModule.ts";
import { formatPart } from "../bench/part.ts";
import { playRounds } from "../bench/rounds.ts";
import { TraceDecoder } from "../src/decodeTrace.ts";
import { readScenario } from "../src/index.ts";
import { Recorder } from "../src/recorder.ts";

/** A contestant that takes the given times, round after round. */
function scripted(name: string, times: readonly number[]) {
  let next = 0;
  return { name, round: () => times[next++] ?? NaN };
}

test("ratios are taken within a round, and warm-up rounds do not count", () => {
  const results = playRounds(
    [scripted("floor", [900, 1, 2, 4]), scripted("host", [900, 3, 4, 20])],
    3,
    1,
  );
  expect(results).toEqual([
    {
      name: "floor",
      microseconds: 2,
      connectionsPerSecond: 500_000,
      ratio: { median: 1, min: 1, max: 1 },
    },
    {
      name: "host",
      microseconds: 4,
      connectionsPerSecond: 250_000,
      ratio: { median: 3, min: 2, max: 5 },
    },
  ]);
});

test("the table says which targets are met", () => {
  const table = formatPart("Costs", [
    { what: "fast", value: 1.25, unit: "× floor", target: 1.3, note: "a note" },
    { what: "slower", value: 1234, unit: "ns", target: 700 },
    { what: "no target", value: 2, unit: "B" },
  ]);
  expect(table).toMatch(/^ {2}fast +1\.25 × floor +≤ 1\.30 +met +a note$/m);
  expect(table).toMatch(/^ {2}slower +1,234 ns +≤ 700 +missed$/m);
  expect(table).toMatch(/^ {2}no target +2 B$/m);
});

test("a padded module works as before and has the size that was asked for", () => {
  const wasm = readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url));
  const padded = padModule(wasm, 150_000);
  expect(padded.length).toBeGreaterThan(149_000);
  expect(padded.length).toBeLessThan(151_000);
  const host = createFloorHost(new WebAssembly.Module(padded as BufferSource), "standalone");
  expect(host.connect("10.0.0.43:1")).toBe("egress2");
});

test("the floor host runs the release filter: decides, logs and counts", () => {
  const wasm = readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url));
  const host = createFloorHost(new WebAssembly.Module(wasm), "standalone");
  const sources = ["10.0.0.42:51324", "10.0.0.43:51324", "[2001:db8::2a]:443"];
  expect(sources.map((source) => host.connect(source))).toEqual(["egress1", "egress2", "egress1"]);
  expect(host.logLines).toBe(3);
  expect(host.counters).toEqual([2, 1, 0, 0]);
});

test("the floor host says why the filter refused its configuration", () => {
  const wasm = readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url));
  expect(() => createFloorHost(new WebAssembly.Module(wasm), "istioo")).toThrow(
    /refused: .*expected standalone/,
  );
});

test("the filter alone decides for every connection of the scenario, each time it is played", () => {
  const wasm = readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url));
  const read = readScenario({
    clusters: { default: { endpoints: [] } },
    connections: ["10.0.0.42:1", "10.0.0.43:2"].map((source) => ({
      source,
      destination: "203.0.113.10:443",
    })),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const recorder = new Recorder();
  const messages: (string | undefined)[] = [];
  const decoder = new TraceDecoder(["a", "b"], (event) => {
    if (event.kind === "log" && event.connection !== undefined) messages.push(event.message);
  });
  const play = loadFilterAlone(wasm, read.scenario, recorder);
  for (let round = 0; round < 2; round++) {
    decoder.read(recorder);
    play();
  }
  decoder.read(recorder);
  const decided = ["10.0.0.42:1 -> egress1", "10.0.0.43:2 -> egress2"];
  expect(messages).toEqual([...decided, ...decided]);
});

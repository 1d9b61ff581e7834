/** What all parts play: connections from many addresses, each reset by its client at once. */
import { readScenario, type Scenario } from "../src/index.ts";

/** `count` source addresses of 10.0.0.0/8. */
export const sourcesOf = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, i) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}:${40_000 + (i % 20_000)}`,
  );

export function scenarioOf(
  sources: readonly string[],
  configuration = "standalone",
  logLevel = "info",
): Scenario {
  const read = readScenario({
    plugin: { configuration, logLevel },
    clusters: {
      egress1: { endpoints: ["10.1.0.11:8080"] },
      egress2: { endpoints: ["10.1.0.12:8080"] },
      default: { endpoints: ["10.1.0.10:8080"] },
    },
    connections: sources.map((source) => ({
      source,
      destination: "203.0.113.10:443",
      steps: [{ close: "clientReset" }],
    })),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

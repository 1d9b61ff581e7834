/**
 * Random scenarios: a guest that does what a random program says (probes/script.wat), and
 * connections that come, talk and end in a random order. The same seed gives the same scenarios.
 */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { type ParityCase, probe, scenario } from "./case.ts";
import { generator, pick, type Random } from "./generator.ts";

type Connection = ScenarioDocument["connections"][number];
type Step = NonNullable<Connection["steps"]>[number];

/** @param first number of the first scenario; `seed` and number decide what it is */
export async function randomCases(
  count: number,
  seed: number,
  first = 0,
): Promise<readonly ParityCase[]> {
  const wasm = await probe("script");
  return Array.from({ length: count }, (_, i) => {
    const random = generator(seed * 1_000_003 + first + i);
    return { name: `random: ${seed}/${first + i}`, wasm, scenario: randomScenario(random) };
  });
}

function randomScenario(random: Random): ParityCase["scenario"] {
  const endpoints = ["10.1.0.1:8080"];
  return scenario({
    plugin: {
      configuration: randomProgram(random),
      failurePolicy: random(3) === 0 ? "FAIL_OPEN" : "FAIL_CLOSED",
    },
    tcpProxy: { cluster: pick(random, ["c1", "c1", "c1", "c2", "dead", "nowhere"]) },
    clusters: {
      c1: { endpoints, echo: random(3) === 0 },
      c2: { endpoints },
      dead: { endpoints, connect: "refuse" },
    },
    connections: Array.from({ length: 1 + random(3) }, (_, i) => randomConnection(random, i)),
  });
}

/** Callbacks by how often they are chosen, with the actions that mean something there. */
const CALLBACKS = [
  ["n", "scCU12DNqEFGgp"],
  ["d", "sSScCUparzghqEFG1t"],
  ["u", "sSScCUparzghqEFGt"],
  ["n", "scc12DN"],
  ["x", "12NCqE"],
  ["d", "SparzgcE"],
  ["u", "Sparzhc"],
  ["e", "qghcEFCt"],
  ["f", "qghcEFC"],
  ["k", "sqEt"],
  ["l", "qgt"],
  ["y", "q2t"],
] as const;

function randomProgram(random: Random): string {
  return Array.from({ length: random(7) }, () => {
    const [callback, actions] = pick(random, CALLBACKS);
    const context = pick(random, ["*", "2", "2", "3", "4"]);
    return `${callback}${context}${actions[random(actions.length)] ?? "q"}`;
  }).join("");
}

function randomConnection(random: Random, index: number): Connection {
  const after = (): string => `${random(4)}ms`;
  const steps = Array.from({ length: random(5) }, (): Step => {
    const text = "abcdefghijkl".slice(0, 1 + random(12));
    return random(2) === 0
      ? { after: after(), downstream: text }
      : { after: after(), upstream: text };
  });
  const how = pick(random, ["client", "client", "server", "clientReset", "serverReset"]);
  const close: readonly Step[] = random(6) === 0 ? [] : [{ after: after(), close: how }];
  return {
    at: `${random(4)}ms`,
    source: `10.0.0.${1 + index}:${50_000 + index}`,
    destination: "203.0.113.10:443",
    steps: [...steps, ...close],
  };
}

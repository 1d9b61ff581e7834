/**
 * Generated scenarios: the scripted guest with random programs, in random scenarios of several
 * plugins, connections and clusters. Seed and number decide all; the parts stay apart, so that
 * shrink.ts can leave out some of them.
 */
import type { AbiVersion } from "../../src/abi.ts";
import type { ScenarioDocument } from "../../src/scenario.ts";
import { scriptedGuest } from "../scripted/guest.ts";
import { type Action, functionsOf, programConfiguration } from "../scripted/program.ts";
import { callingRecipe, randomProgram } from "../scripted/randomProgram.ts";
import { checked, type ParityCase } from "./case.ts";
import { generator, pick, type Random } from "./generator.ts";
import { randomExpressionCase } from "./randomExpressions.ts";
import { randomMessageCase } from "./randomMessages.ts";
import { randomModuleCase } from "./randomModules.ts";

type Connection = ScenarioDocument["connections"][number];
type Step = NonNullable<Connection["steps"]>[number];
type PluginDocument = NonNullable<ScenarioDocument["plugin"]>;

export interface Generated {
  readonly abi: AbiVersion;
  /** The module has function names. */
  readonly names: boolean;
  /** Without the programs. */
  readonly document: ScenarioDocument & { readonly plugins: readonly PluginDocument[] };
  /** One for each plugin. */
  readonly programs: readonly (readonly Action[])[];
}

/** @param number which scenario of the seed */
export function generate(seed: number, number: number): Generated {
  const random = generator(seed * 9_000_011 + number);
  const abi = pick(random, ["0.2.1", "0.2.1", "0.2.1", "0.2.1", "0.2.0", "0.1.0"]);
  const plugins = randomPlugins(random, `g${seed}-${String(number).padStart(5, "0")}`);
  const programs = plugins.map(() => randomProgram(random, functionsOf(abi)));
  // One that calls, so that the order of the answers is known. What continues a stream is not in 0.1.0.
  const calls = abi !== "0.1.0" && random(6) === 0;
  if (calls) programs[0]?.push(...callingRecipe(random));
  // Twice the same plugin: one root context. Two that call at once get their answers in any order.
  const isTwin = plugins.length > 1 && random(4) === 0 && !calls;
  return {
    abi,
    names: random(8) === 0,
    document: {
      ...randomEnvoy(random, calls),
      plugins: isTwin && plugins[0] ? [plugins[0], plugins[0]] : plugins,
      connections: randomConnections(random),
      ...(calls ? randomReplies(random) : {}),
    },
    programs: isTwin && programs[0] ? [programs[0], programs[0]] : programs,
  };
}

/** @param run made part of the VM ids: shared data outlives the VMs that wrote it */
export async function generatedCase(
  generated: Generated,
  name: string,
  run = "",
): Promise<ParityCase> {
  const { abi, names, document, programs } = generated;
  const plugins = document.plugins.map((plugin, i) => ({
    ...plugin,
    vmId: `${plugin.vmId ?? ""}${run}`,
    configuration: programConfiguration(programs[i] ?? [], abi),
  }));
  return {
    name,
    wasm: await scriptedGuest(abi, names),
    scenario: checked({ ...document, plugins }),
    fails: "perhaps",
    generated,
  };
}

function randomPlugins(random: Random, vmId: string): PluginDocument[] {
  const count = random(3) === 0 ? 2 + random(2) : 1;
  return Array.from({ length: count }, (_, i): PluginDocument => {
    const isReload = random(6) === 0;
    return {
      name: pick(random, ["p", "p", "second", ""]),
      rootId: random(4) === 0 ? "" : `r${i}`,
      // Half of the time in the first plugin's VM.
      vmId: i > 0 && random(2) === 0 ? `${vmId}-${i}` : vmId,
      failurePolicy: isReload ? "FAIL_RELOAD" : pick(random, ["FAIL_CLOSED", "FAIL_OPEN"]),
      // Either never within the scenario, or at the next connection.
      ...(isReload ? { reloadBackoff: pick(random, ["1h", "2ms"]) } : {}),
      ...(random(8) === 0 ? { environment: { A: "1", HOME: "/" } } : {}),
      ...(random(8) === 0 ? { vmConfiguration: "vm" } : {}),
    };
  });
}

/** @param calls another server answers: which of two is faster is open, so none may echo */
function randomEnvoy(random: Random, calls: boolean): Omit<ScenarioDocument, "connections"> {
  const endpoints = ["10.1.0.1:8080"];
  const isWeighted = random(12) === 0;
  const early = pick(random, [-1, -1, -1, 0, 1, 5, 1024]);
  return {
    tcpProxy: {
      ...(isWeighted
        ? {
            weightedClusters: [
              { name: "c1", weight: 1 + random(3) },
              { name: "c2", weight: 1 },
            ],
          }
        : { cluster: pick(random, ["c1", "c1", "c1", "c1", "c2", "dead", "empty", "nowhere"]) }),
      ...(early < 0 ? {} : { maxEarlyDataBytes: early }),
      maxConnectAttempts: calls ? 1 : pick(random, [1, 1, 2, 3]),
    },
    listener: { direction: pick(random, ["UNSPECIFIED", "INBOUND", "OUTBOUND"]) },
    clusters: {
      c1: { endpoints, echo: random(3) === 0 && !calls },
      c2: { endpoints, ...(random(10) === 0 ? { proxyProtocol: pick(random, ["v1", "v2"]) } : {}) },
      dead: { endpoints, connect: "refuse" },
      empty: { endpoints: [] },
      web: { endpoints, ...(random(8) === 0 ? { connect: "refuse" } : {}) },
      grpc: { endpoints },
    },
  };
}

function randomReplies(random: Random): Pick<ScenarioDocument, "httpReplies" | "grpcReplies"> {
  const failure = random(6) === 0 ? { failure: "reset" as const } : {};
  const messages = ["one", "", "three"].slice(0, random(4));
  return {
    httpReplies: {
      web: [{ status: pick(random, [200, 404]), body: pick(random, ["", "hello"]), ...failure }],
    },
    grpcReplies: {
      grpc: [
        {
          when: pick(random, ["start", "eachMessage", "end"]),
          messages,
          grpcStatus: pick(random, [0, 0, 5]),
          ...failure,
        },
      ],
    },
  };
}

/** So much lies before and between the accepts at least: more than the shortest backoff of a reload. */
const ACCEPT_EVERY_MS = 4;

function randomConnections(random: Random): Connection[] {
  return Array.from({ length: 1 + random(4) }, (_, i): Connection => {
    const isV6 = random(10) === 0;
    const closes = ["client", "client", "server", "clientReset", "serverReset"] as const;
    return {
      at: `${(1 + i) * ACCEPT_EVERY_MS}ms`,
      source: isV6 ? `[2001:db8::${i + 1}]:${50_000 + i}` : `10.0.0.${1 + i}:${50_000 + i}`,
      destination: isV6 ? "[2001:db8::ff]:443" : "203.0.113.10:443",
      steps: [
        ...Array.from({ length: random(5) }, () => randomStep(random)),
        ...(random(6) === 0 ? [] : [{ ...after(random), close: pick(random, closes) }]),
      ],
    };
  });
}

function randomStep(random: Random): Step {
  const bytes = "abcdefghijklmnop".slice(0, 1 + random(14));
  return random(2) === 0
    ? { ...after(random), downstream: bytes }
    : { ...after(random), upstream: bytes };
}

const after = (random: Random): { readonly after: string } => ({ after: `${random(5)}ms` });

/** How many of the generated cases are random modules, and lists of random messages and expressions. */
const MODULE_EVERY = 10;
const MESSAGES_EVERY = 50;
const EXPRESSIONS_EVERY = 50;

/** Made one at a time, when it is played. */
export async function* generatedCases(count: number, seed: number): AsyncGenerator<ParityCase> {
  for (let number = 0; number < count; number++) {
    const name = `generated: ${seed}/${number}`;
    if (number % MODULE_EVERY === MODULE_EVERY - 1)
      yield await randomModuleCase(name, seed, number);
    else if (number % MESSAGES_EVERY === 0) yield await randomMessageCase(name, seed, number);
    else if (number % EXPRESSIONS_EVERY === 1) yield await randomExpressionCase(name, seed, number);
    else yield await generatedCase(generate(seed, number), name);
  }
}

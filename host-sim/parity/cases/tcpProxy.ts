/** tcp_proxy: early data, retries, weighted clusters; nothing that needs real time. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { act, type Action } from "../scripted/program.ts";
import { from, type ParityCase, talk } from "./case.ts";
import { CLUSTER_KEY, filterState, scriptedCase } from "./scriptedCase.ts";

const SOURCE = "10.0.0.42:51324";
const clusters: ScenarioDocument["clusters"] = {
  c1: { endpoints: ["10.1.0.1:8080"] },
  c2: { endpoints: ["10.1.0.2:8080"] },
  dead: { endpoints: ["10.1.0.3:8080"], connect: "refuse" },
  empty: { endpoints: [] },
};

const route = (where: Action["in"], cluster: string): Action =>
  act(where, "proxy_call_foreign_function", ...filterState(CLUSTER_KEY, cluster));
const stop = act("newConnection", "return", 1);
const pieces = from(
  SOURCE,
  { downstream: "first" },
  { downstream: "second" },
  { upstream: "hi" },
  { close: "client" },
);

export async function tcpProxyCases(): Promise<readonly ParityCase[]> {
  return [...(await earlyData()), ...(await retries()), ...(await weighted())];
}

async function earlyData(): Promise<readonly ParityCase[]> {
  const cases: ParityCase[] = [];
  const add = async (
    name: string,
    maxEarlyDataBytes: number | undefined,
    program: readonly Action[],
    connections = [pieces],
    cluster = "c1",
  ): Promise<void> => {
    const early = maxEarlyDataBytes === undefined ? {} : { maxEarlyDataBytes };
    const tcpProxy = { cluster, ...early };
    cases.push(
      await scriptedCase(`early data: ${name}`, [{ program }], { clusters, tcpProxy, connections }),
    );
  };
  const chosen = [stop, route("downstreamData", "c2")];
  for (const limit of [0, 1, 5, 1024]) {
    await add(`first bytes choose the cluster, limit ${limit}`, limit, chosen);
    await add(`nobody waits, limit ${limit}`, limit, []);
    await add(`held until ten bytes, limit ${limit}`, limit, [
      stop,
      act("downstreamData", "hold", 10),
      route("downstreamData", "c2"),
    ]);
  }
  await add("not allowed: set in data is too late", undefined, [route("downstreamData", "c2")]);
  await add("not allowed, and stopped: no data ever comes", undefined, chosen);
  for (const cluster of ["dead", "empty", "nowhere"]) {
    await add(`first bytes choose ${cluster}`, 1024, [stop, route("downstreamData", cluster)]);
    await add(`nobody waits for ${cluster}`, 1024, [], [pieces], cluster);
  }
  for (const close of ["client", "clientReset"] as const) {
    await add(`nothing but ${close}`, 1024, [stop], [from(SOURCE, { close })]);
    await add(`one piece, then ${close}`, 1024, chosen, [
      from(SOURCE, { downstream: "x" }, { close }),
    ]);
  }
  await add("edited", 1024, [
    ...chosen,
    act("downstreamData", "proxy_set_buffer_bytes", 2, 0, 0, { bytes: [60] }),
  ]);
  return cases;
}

async function retries(): Promise<readonly ParityCase[]> {
  const cases: ParityCase[] = [];
  for (const maxConnectAttempts of [1, 2, 3]) {
    for (const cluster of ["dead", "empty", "nowhere"]) {
      const tcpProxy = { cluster, maxConnectAttempts };
      const rest = { clusters, tcpProxy, connections: [from(SOURCE, ...talk)] };
      const name = `retry: ${cluster}, ${maxConnectAttempts} at most`;
      cases.push(await scriptedCase(name, [{ program: [] }], rest));
    }
  }
  return cases;
}

async function weighted(): Promise<readonly ParityCase[]> {
  const tcpProxy = {
    weightedClusters: [
      { name: "c1", weight: 2 },
      { name: "c2", weight: 1 },
    ],
  };
  const connections = [1, 2, 3, 4].map((i) => from(`10.0.0.${i}:${50_000 + i}`, ...talk));
  const program = [route("newConnection", "dead")];
  const rest = { clusters, tcpProxy, connections };
  return [await scriptedCase("weighted clusters, filter state ignored", [{ program }], rest)];
}

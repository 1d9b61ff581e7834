import { describe, expect, it } from "vitest";
import { readScenario, type ScenarioDocument } from "wasmerang";
import { defaultScenario } from "./defaultScenario.ts";
import {
  addCluster,
  addConnection,
  clusterNameProblem,
  editConnection,
  editPlugin,
  pluginOf,
  removeConnection,
  renameCluster,
  setOwnCluster,
} from "./editScenario.ts";
import { presets } from "./presets.ts";
import { clusterPath, problemAt, unshownProblems } from "./problems.ts";
import { readByteCount, readSimpleSteps, writeSimpleSteps } from "./simpleSteps.ts";

describe("edits of a scenario", () => {
  it("add connections with addresses and ids of their own", () => {
    let document = defaultScenario;
    for (let count = 0; count < 30; count += 1) document = addConnection(document);
    const ids = document.connections.map(({ id }) => id);
    expect(new Set(ids).size).toBe(32);
    expect(document.connections[2]?.source).toBe("10.0.0.44:51326");
    expect(readScenario(document).ok).toBe(true);
  });

  it("reuse no id after one is removed", () => {
    const document = addConnection(removeConnection(defaultScenario, 0));
    expect(document.connections.map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("take a field out instead of emptying it", () => {
    const named = editConnection(defaultScenario, 0, { serverName: "example.org" });
    const unnamed = editConnection(named, 0, { serverName: undefined });
    expect(unnamed.connections[0]).toEqual(defaultScenario.connections[0]);
  });

  it("rename a cluster in place and tcp_proxy's own along with it", () => {
    const document = renameCluster(defaultScenario, "default", "elsewhere");
    expect(Object.keys(document.clusters)).toEqual(["egress1", "egress2", "elsewhere"]);
    expect(document.tcpProxy).toEqual({ cluster: "elsewhere" });
  });

  it("edit the first of several plugins and leave the others", () => {
    const { plugin, ...rest } = defaultScenario;
    const several = { ...rest, plugins: [{ name: "first" }, plugin ?? {}] };
    const edited = editPlugin(several, { configuration: "istio" });
    expect(edited.plugins).toEqual([{ name: "first", configuration: "istio" }, plugin]);
    expect(pluginOf(edited).configuration).toBe("istio");
    expect(readScenario(edited).ok).toBe(true);
  });

  it("set tcp_proxy's own cluster in place of weighted ones and keep the rest", () => {
    const weightedClusters = [{ name: "egress1", weight: 1 }];
    const weighted = { ...defaultScenario, tcpProxy: { weightedClusters, maxConnectAttempts: 2 } };
    expect(setOwnCluster(weighted, "egress2").tcpProxy).toEqual({
      cluster: "egress2",
      maxConnectAttempts: 2,
    });
  });

  it("refuse empty and taken cluster names", () => {
    expect(clusterNameProblem(defaultScenario, "egress1", "")).toBeDefined();
    expect(clusterNameProblem(defaultScenario, "egress1", "egress2")).toBeDefined();
    expect(clusterNameProblem(defaultScenario, "egress1", "egress1")).toBeUndefined();
    expect(clusterNameProblem(defaultScenario, "egress1", "toString")).toBeUndefined();
  });

  it("add a cluster under a free name", () => {
    expect(Object.keys(addCluster(defaultScenario).clusters)).toContain("egress3");
  });
});

describe("simple steps", () => {
  it("are read as they were written", () => {
    for (const steps of [
      { sends: 517, gets: 1460, closedBy: "client" },
      { sends: 0, gets: 0, closedBy: undefined },
      { sends: 0, gets: 3, closedBy: "serverReset" },
    ] as const) {
      expect(readSimpleSteps(writeSimpleSteps(steps))).toEqual(steps);
    }
  });

  it("are not read from steps that a form would lose", () => {
    expect(readSimpleSteps([{ after: "5ms", downstream: "x" }])).toBeUndefined();
    expect(readSimpleSteps([{ upstream: "x" }, { downstream: "x" }])).toBeUndefined();
    expect(readSimpleSteps([{ downstream: { base64: "AA==" } }])).toBeUndefined();
    expect(readSimpleSteps([{ downstream: "x" }, { downstream: "x" }])).toBeUndefined();
  });

  it.each([
    ["517", 517],
    ["517 B", 517],
    [" 1 460 b", 1460],
    ["0", 0],
    ["65536", 65536],
    ["65537", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["abc", undefined],
    ["", undefined],
  ])("byte count %j", (text, count) => {
    expect(readByteCount(text)).toBe(count);
  });
});

describe("presets", () => {
  it.each(presets.map(({ name, document }) => [name, document] as const))(
    "%s is a valid scenario",
    (_name, document) => {
      expect(readScenario(document)).toMatchObject({ ok: true });
    },
  );
});

describe("problems", () => {
  const wrong: ScenarioDocument = {
    ...editConnection(editConnection(defaultScenario, 0, { source: "x" }), 1, { source: "y" }),
    clusters: { ...defaultScenario.clusters, "a b": { endpoints: ["nowhere"] } },
    seed: -1,
  };
  const read = readScenario(wrong);
  const problems = read.ok ? [] : read.problems;

  it("go to the field they are about", () => {
    expect(problemAt(problems, "$.connections[0].source")).toMatch(
      /^Not an IP address and port\. Example: 10\.0\.0\.42:51324/,
    );
    expect(problemAt(problems, "$.connections[0].destination")).toBeUndefined();
    expect(problemAt(problems, `${clusterPath("a b")}.endpoints`)).toMatch(/^Not an IP address/);
  });

  it("that no field shows are listed", () => {
    const unshown = unshownProblems(problems, 0, Object.keys(wrong.clusters));
    expect(unshown.map(({ path }) => path).sort()).toEqual(["$.connections[1].source", "$.seed"]);
  });
});

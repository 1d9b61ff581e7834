import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judge } from "../cli/expectations.ts";
import { main } from "../cli/main.ts";
import { readScenario, readScenarioText } from "../src/readScenario.ts";
import type { Scenario } from "../src/scenario.ts";
import type { TraceEvent } from "../src/trace.ts";

const examples = new URL("../../examples/scenarios/", import.meta.url);

describe("the examples", () => {
  const files = readdirSync(examples).filter((name) => name.endsWith(".json"));

  it("are there", () => {
    expect(files).toContain("even.json");
    expect(files.length).toBeGreaterThanOrEqual(10);
  });

  it.each(files)("%s can be read and expects something", (name) => {
    const result = readScenarioText(readFileSync(new URL(name, examples), "utf8"));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { expect: expected, connections } = result.scenario;
    expect(expected?.plugin).toBeDefined();
    if (expected?.plugin === "accepted") {
      for (const connection of connections) expect(connection.expect).toBeDefined();
    }
  });
});

function scenario(expected: object, plugin?: "accepted" | "refused"): Scenario {
  const result = readScenario({
    clusters: { a: { endpoints: [] } },
    connections: [{ source: "10.0.0.1:1", destination: "10.0.0.2:2", expect: expected }],
    ...(plugin ? { expect: { plugin } } : {}),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

const place = { seq: 1, at: 0, vm: "worker", contextId: 2, connection: "1" } as const;
const accepted: TraceEvent = { ...place, kind: "pluginResult", accepted: true };
const refused: TraceEvent = { ...place, kind: "pluginResult", accepted: false, reason: "because" };
const trap: TraceEvent = {
  ...place,
  kind: "trap",
  callback: "proxy_on_new_connection",
  enter: 1,
  message: "Uncaught RuntimeError: unreachable",
  frames: [],
};
const end = (flags: string, cluster?: string): TraceEvent => ({
  ...place,
  kind: "connectionEnd",
  flags,
  bytesReceived: 0,
  bytesSent: 0,
  closedBy: "client",
  ...(cluster === undefined ? {} : { cluster }),
});

describe("the verdict", () => {
  it.each<[string, readonly TraceEvent[], Scenario, number, readonly string[]]>([
    [
      "all as expected",
      [accepted, end("-", "a")],
      scenario({ cluster: "a", flags: "-", trap: false }),
      0,
      [],
    ],
    [
      "flags in another order",
      [accepted, end("UF,URX", "a")],
      scenario({ flags: "URX, UF" }),
      0,
      [],
    ],
    ["no cluster", [accepted, end("NC")], scenario({ cluster: null }), 0, []],
    ["an expected trap", [accepted, trap, end("-")], scenario({ trap: true }), 0, []],
    [
      "a trap that nothing is said about",
      [accepted, trap, end("-")],
      scenario({ flags: "-" }),
      0,
      [],
    ],
    [
      "an expected refusal",
      [refused],
      scenario({}, "refused"),
      1,
      ["connection 1: it has expectations, but never took place"],
    ],
    [
      "everything else",
      [accepted, trap, end("NC", "b")],
      scenario({ cluster: "a", flags: "-", trap: false }, "refused"),
      1,
      [
        "plugin: expected refused, was accepted",
        "connection 1: cluster: expected a, was b",
        "connection 1: flags: expected -, was NC",
        "connection 1: trap: expected no, was yes",
      ],
    ],
    [
      "fewer flags",
      [accepted, end("UF,URX")],
      scenario({ flags: "UF" }),
      1,
      ["connection 1: flags: expected UF, was UF,URX"],
    ],
    [
      "a connection that never ends",
      [accepted],
      scenario({ flags: "-" }),
      1,
      ["connection 1: it has expectations, but never took place"],
    ],
    [
      "a refusal",
      [refused],
      scenario({ cluster: "a" }, "accepted"),
      3,
      ["Envoy refuses the plugin: because"],
    ],
    [
      "the death of Envoy",
      [accepted, { ...place, kind: "envoyDies", how: "SIGSEGV" }],
      scenario({ cluster: "a" }),
      3,
      ["This kills Envoy 1.40: SIGSEGV"],
    ],
  ])("%s", (_, events, given, exit, messages) => {
    expect(judge(events, given)).toEqual({ exit, messages });
  });
});

async function command(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const exit = await main(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += `${text}\n`),
  });
  return { exit, out, err };
}

describe("the command line", () => {
  it("explains itself", async () => {
    expect(await command("--help")).toMatchObject({ exit: 0, err: "" });
    expect((await command("--help")).out).toContain("run SCENARIO");
    expect((await command("--help")).out).toMatch(/faults SCENARIO/);
    expect((await command("run", "--help")).out).toContain("--timeout");
    expect((await command("inspect", "x", "-h")).out).toContain("FILE.wasm");
  });

  it.each<[readonly string[], string]>([
    [[], "Usage: wasmerang COMMAND"],
    [["rn"], "there is no command rn; did you mean run"],
    [["play"], "there is no command play; there are run, inspect, sweep, bundle, faults"],
    [["constructor"], "there is no command constructor"],
    [["faults"], "SCENARIO is missing"],
    [["faults", "no.json"], "cannot read no.json: there is no such file"],
    [["run"], "SCENARIO is missing"],
    [["run", "a", "b"], "one SCENARIO is enough; what is b?"],
    [["run"], "See wasmerang run --help"],
    [["run", "--wsm", "x"], "Unknown option '--wsm'; did you mean --wasm?"],
    [["run", "--something", "x"], "Unknown option '--something'"],
    [["run", ""], "the name of the file is empty"],
    [["run", "package.json/x"], "cannot read package.json/x: a part of its path is no directory"],
    [["run", "filter/build/wasmerang.wasm"], "is a WebAssembly module, no scenario"],
    [["run", "/dev/null"], "/dev/null is empty: a scenario is a JSON document"],
    [
      ["bundle", "--target", "envoy", "--out", "package.json"],
      "a part of its path is no directory",
    ],
    [["run", "a", "--format", "xml"], "--format must be one of text, json, envoy, not xml"],
    [["run", "a", "--vm", "other"], "--vm must be one of base, canary, main, worker, not other"],
    [["run", "a", "--timeout", "soon"], "--timeout must be a duration of at least 1ms"],
    [["run", "a", "--timeout", "0s"], "--timeout must be a duration"],
    [["run", "no/such.json"], "cannot read no/such.json: there is no such file"],
    [["run", "."], "cannot read .: it is a directory"],
    [["inspect"], "FILE.wasm is missing"],
    [["inspect", "x.wasm", "--format", "envoy"], "--format must be one of text, json, not envoy"],
  ])("answers wrong usage with 2: %j", async (args, message) => {
    const { exit, out, err } = await command(...args);
    expect(exit).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
  });
});

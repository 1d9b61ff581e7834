import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compileWat, expandProbe } from "../parity/wat.ts";
import { FaultLab, NoFaultsPossible, type FaultResult } from "../src/faults/faultLab.ts";
import { faultProblem } from "../src/faults/groupFaults.ts";
import { readScenario } from "../src/readScenario.ts";
import type { Scenario, ScenarioDocument } from "../src/scenario.ts";
import { ensureBuilt, hostSim } from "./built.ts";

const bin = join(hostSim, "bin/wasmerang.js");

const filter = new Uint8Array(
  readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url)),
);

function document(configuration: string, more: Partial<ScenarioDocument> = {}): ScenarioDocument {
  return {
    plugin: { configuration },
    clusters: Object.fromEntries(
      ["egress1", "egress2", "default"].map((name) => [name, { endpoints: ["10.1.0.1:80"] }]),
    ),
    connections: [
      {
        id: "a",
        source: "10.0.0.42:51324",
        destination: "203.0.113.10:443",
        steps: [{ close: "client" }],
      },
    ],
    ...more,
  };
}

function scenario(...given: Parameters<typeof document>): Scenario {
  const result = readScenario(document(...given));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

const play = (wasm: Uint8Array, given: Scenario): FaultResult[] => {
  const lab = new FaultLab(wasm, given);
  return lab.cases.map((it) => lab.play(it));
};

/** Results of one call, by what was done to it. */
function at(results: readonly FaultResult[], call: string): ReadonlyMap<string, FaultResult> {
  return new Map(
    results
      .filter(({ case: { fault } }) => fault.call === call && (fault.nth ?? 1) === 1)
      .map((it) => [it.case.what, it] as const),
  );
}
const outcome = (it: FaultResult | undefined) => it?.connections[0]?.outcome;

describe("the faults of the filter", () => {
  let results: readonly FaultResult[];
  beforeAll(() => {
    results = play(filter, scenario("standalone"));
  });

  it("never trap it and never lead to a wrong cluster", () => {
    expect(results.length).toBeGreaterThan(100);
    expect(results.filter((it) => faultProblem(it, true))).toEqual([]);
  });

  it("follow the value that the filter was given", () => {
    const read = at(results, "proxy_get_property");
    expect(outcome(read.get("NotFound"))).toBe("default");
    expect(outcome(read.get('"10.99.0.2:1"'))).toBe("same");
    expect(outcome(read.get('"10.99.0.3:1"'))).toBe("asGiven");
    expect(outcome(read.get('"/run/app.sock"'))).toBe("asGiven");
    expect(outcome(read.get("no bytes"))).toBe("default");
  });

  it("tell how a trap goes on under each failure policy", () => {
    const trap = at(results, "proxy_on_new_connection").get("trap");
    expect(outcome(trap)).toBe("closed");
    expect(trap?.vmLost).toBe(true);
    expect(trap?.trapped).toBe(false);
    expect(new Set(trap?.later.FAIL_CLOSED)).toEqual(new Set(["closed"]));
    expect(new Set(trap?.later.FAIL_OPEN)).toEqual(new Set(["default"]));
    expect(trap?.later.FAIL_RELOAD?.[0]).toBe("closed");
    expect(trap?.later.FAIL_RELOAD?.at(-1)).toBe("same");
  });

  it("show that a worker which refuses its configuration lets everything through", () => {
    const refused = at(results, "proxy_on_configure").get("returns 0");
    expect(outcome(refused)).toBe("default");
    expect(new Set(refused?.later.FAIL_CLOSED)).toEqual(new Set(["default"]));
  });

  it("strike the allocator as well", () => {
    const [, second] = results.filter(
      ({ case: { fault } }) => fault.call === "malloc" && fault.trap,
    );
    expect(second?.case.connection).toBe("a");
    expect(outcome(second)).toBe("closed");
    expect(second?.vmLost).toBe(true);
  });

  it("close where the configuration says so, so that nothing but closed is right", () => {
    const closing = play(filter, scenario('{"onUndecided": "close"}'));
    const perConnection = closing.filter((it) => it.case.connection !== undefined);
    expect(perConnection.filter((it) => faultProblem(it, false))).toEqual([]);
    expect(outcome(at(closing, "proxy_get_property").get("NotFound"))).toBe("closed");
  });

  it("hold in mode istio, for every port that the host may give", () => {
    const istio = scenario("istio", {
      clusters: Object.fromEntries(
        ["egress1", "egress2"].map((name) => [
          `outbound|443||${name}.default.svc.cluster.local`,
          { endpoints: ["10.1.0.1:80"] },
        ]),
      ),
    });
    const ports = play(filter, istio).filter((it) => it.case.subject === "destination.port");
    expect(ports.map((it) => it.case.what)).toContain("port 65535");
    expect(ports.filter((it) => faultProblem(it, true))).toEqual([]);
  });
});

describe("the faults of careless guests", () => {
  const prelude = readFileSync(new URL("../parity/probes/prelude.wat", import.meta.url), "utf8");
  /** Routes to egress1; `onStatus` sees the status of reading the source's address. */
  const guest = (onStatus: string) =>
    compileWat(
      "guest.wat",
      expandProbe(
        `(func $route (param $at i32) (param $length i32)
          (drop (call $call_foreign @"set_envoy_filter_state"
            (local.get $at) (local.get $length) (i32.const 0) (i32.const 8))))
        (func (export "proxy_on_new_connection") (param i32) (result i32)
          (local $status i32)
          (local.set $status
            (call $get_property @"source\\00address" (i32.const 0) (i32.const 4)))
          ${onStatus}
          (call $route @"\\0a\\17envoy.tcp_proxy.cluster\\12\\07egress1")
          (i32.const 0))`,
        prelude,
      ),
    );

  it("are found: a trap on a status", async () => {
    const trapping = play(
      await guest("(if (i32.eq (local.get $status) (i32.const 1)) (then unreachable))"),
      scenario(""),
    );
    const problems = trapping.filter((it) => faultProblem(it, true));
    expect(problems.map((it) => it.case.what)).toEqual(["NotFound"]);
    expect(problems[0]?.later.FAIL_CLOSED).toContain("closed");
  });

  it("are found: a wrong cluster on a status", async () => {
    const wrong = play(
      await guest(`(if (i32.eq (local.get $status) (i32.const 10)) (then
        (call $route @"\\0a\\17envoy.tcp_proxy.cluster\\12\\07egress2")
        (return (i32.const 0))))`),
      scenario(""),
    );
    const problems = wrong.filter((it) => faultProblem(it, true));
    expect(problems.map((it) => it.case.what)).toEqual(["InternalFailure"]);
    expect(outcome(problems[0])).toBe("wrongCluster");
  });

  it("are ended: a loop on a status, and the faults behind it are played", async () => {
    await ensureBuilt();
    const directory = mkdtempSync(join(tmpdir(), "wasmerang-faults-"));
    const file = join(directory, "looping.wasm");
    writeFileSync(
      file,
      await guest("(if (i32.eq (local.get $status) (i32.const 7)) (then (loop $l (br $l))))"),
    );
    const { status, stdout } = spawnSync(
      process.execPath,
      [bin, "faults", "-", "--wasm", file, "--timeout", "4s", "--format", "json"],
      { input: JSON.stringify(document("")), encoding: "utf8" },
    );
    rmSync(directory, { recursive: true });
    expect(status).toBe(1);
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as FaultResult);
    const lost = results.filter(({ envoyLost }) => envoyLost !== undefined);
    expect(lost.map((it) => it.case.what)).toEqual(["Empty"]);
    expect(results.at(-1)?.case.kind).toBe("trap");
  }, 120_000);

  it("need a run that works without faults", () => {
    expect(() => new FaultLab(filter, scenario("nonsense"))).toThrow(NoFaultsPossible);
    const none = scenario("standalone", { connections: [] });
    expect(() => new FaultLab(filter, none)).toThrow("no connections");
  });
});

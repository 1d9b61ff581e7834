import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { compileWat, expandProbe } from "../parity/wat.ts";
import { readScenario } from "../src/readScenario.ts";
import type { Scenario } from "../src/scenario.ts";
import { simulate } from "../src/simulate.ts";
import { parseRange, PluginRefused, Sweep } from "../src/sweep.ts";
import { ensureBuilt, wasmerang } from "./built.ts";

const filter = new Uint8Array(
  readFileSync(new URL("../../filter/build/wasmerang.wasm", import.meta.url)),
);
const destination = "203.0.113.10:443";

function scenario(configuration: string, ...sources: string[]): Scenario {
  const clusters = Object.fromEntries(
    ["egress1", "egress2", "default"].map((name) => [name, { endpoints: ["10.1.0.1:80"] }]),
  );
  const connections = sources.map((source) => ({ source, destination }));
  const result = readScenario({ plugin: { configuration }, clusters, connections });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

describe("a sweep", () => {
  it("decides as a whole run does", () => {
    const sweep = new Sweep(filter, scenario("standalone"));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        (ip) => {
          const source = `${ip}:40000`;
          let decided: string | undefined;
          simulate(filter, scenario("standalone", source), (event) => {
            if (event.kind === "clusterDecision") decided = event.cluster;
          });
          expect(sweep.decide(source, destination)).toMatchObject({ cluster: decided });
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);

  it("tells a decision from tcp_proxy's own cluster and from a close", () => {
    const open = new Sweep(filter, scenario("standalone"));
    expect(open.decide("unix:/run/a.sock", "unix:/run/a.sock")).toEqual({
      kind: "routed",
      cluster: "default",
      by: "cluster",
    });
    const closing = new Sweep(filter, scenario('{"onUndecided": "close"}'));
    expect(closing.decide("unix:/run/a.sock", "unix:/run/a.sock")).toEqual({ kind: "closed" });
  });

  it("goes on with a fresh VM after a trap", async () => {
    const prelude = readFileSync(new URL("../parity/probes/prelude.wat", import.meta.url), "utf8");
    // Traps for each second connection of a VM.
    const text = `
      (global $n (mut i32) (i32.const 0))
      (func (export "proxy_on_new_connection") (param i32) (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (if (i32.eq (global.get $n) (i32.const 2)) (then unreachable))
        (i32.const 0))`;
    const sweep = new Sweep(await compileWat("t.wat", expandProbe(text, prelude)), scenario(""));
    const kinds = [1, 2, 3, 4].map((n) => sweep.decide(`10.0.0.${n}:1`, destination).kind);
    expect(kinds).toEqual(["routed", "trapped", "routed", "trapped"]);
  });

  it("refuses what Envoy refuses", () => {
    expect(() => new Sweep(filter, scenario("nonsense"))).toThrow(PluginRefused);
  });
});

describe("parseRange", () => {
  it.each([
    ["10.0.0.0/30", ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3"]],
    ["10.0.0.7/31", ["10.0.0.6", "10.0.0.7"]],
    ["10.0.0.42", ["10.0.0.42"]],
    ["2001:db8::fffe/127", ["2001:db8::fffe", "2001:db8::ffff"]],
  ])("reads %s", (text, addresses) => {
    expect([...(parseRange(text)?.addresses() ?? [])]).toEqual(addresses);
  });

  it("finds one address by its place", () => {
    expect(parseRange("10.0.3.9/16")?.at(300n)).toBe("10.0.1.44");
    expect(parseRange("2001:db8::/64")?.at(65_536n)).toBe("2001:db8::1:0");
  });

  it.each([
    "",
    "10.0.0.0/33",
    "10.0.0/24",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "fe80::1%3/64",
    "a/8",
    "10.0.0.0/-1",
  ])("refuses %j", (text) => expect(parseRange(text)).toBeUndefined());

  it("counts what nobody could list", () => {
    expect(parseRange("2001:db8::/32")?.size).toBe(2n ** 96n);
  });
});

describe("wasmerang sweep", { timeout: 30_000 }, () => {
  beforeAll(ensureBuilt, 120_000);
  const run = (...args: string[]) => wasmerang(["sweep", ...args]);

  it("counts by cluster", async () => {
    expect(await run("10.0.0.0/24")).toEqual({
      exit: 0,
      out: "outcome  addresses  first\negress1        128  10.0.0.0\negress2        128  10.0.0.1\n",
      err: "",
    });
  });

  it("lists every address as CSV and JSON", async () => {
    expect((await run("10.0.0.2/31", "--format", "csv")).out).toBe(
      "source,destination,outcome,cluster,by\n" +
        "10.0.0.2,203.0.113.10:443,routed,egress1,filterState\n" +
        "10.0.0.3,203.0.113.10:443,routed,egress2,filterState\n",
    );
    const { out } = await run("::ffff:10.0.0.3", "--format", "json");
    expect(JSON.parse(out)).toMatchObject({ cluster: "egress2", outcome: "routed" });
  });

  it.each(["table", "csv", "json"])("prints the same on several threads, as %s", async (format) => {
    const on = (jobs: string) => run("10.0.0.0/18", "--format", format, "--jobs", jobs);
    const { out, exit } = await on("1");
    expect(exit).toBe(0);
    expect(out.split("\n").length).toBeGreaterThan(format === "table" ? 3 : 2 ** 14);
    expect(await on("3")).toEqual({ exit, out, err: "" });
  });

  it("says what Envoy does with a trap", async () => {
    const { out, exit } = await run("10.0.0.0/24", "--wasm", "filter/build/trapping.wasm");
    expect(out).toMatch(/^trapped +128 +10\.0\.0\.1$/m);
    expect(out).toContain("Envoy closes such a connection under every failure policy");
    expect(exit).toBe(0);
  });

  it.each(["0", "-1", "1.5", "many", "1e9"])("refuses --jobs %s", async (jobs) => {
    const { err, exit } = await run("10.0.0.0/24", `--jobs=${jobs}`);
    expect(err).toContain("must be a whole number from 1 to 1024");
    expect(exit).toBe(2);
  });

  it("exits with 3 where the configuration is refused", async () => {
    expect((await run("10.0.0.0/18", "--config", "nonsense", "--jobs", "2")).exit).toBe(3);
    expect((await run("10.0.0.0/24", "--config", "nonsense")).exit).toBe(3);
  });
});

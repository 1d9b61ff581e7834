/** The built command line, run as its users run it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import wabt from "wabt";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { judge } from "../cli/expectations.ts";
import { traceEventSchema } from "../cli/traceSchema.ts";
import { readScenarioText, simulate, type TraceEvent } from "../src/index.ts";
import { ensureBuilt, hostSim, wasmerang } from "./built.ts";

const scenarios = join(hostSim, "../examples/scenarios");
const example = (name: string) => join(scenarios, `${name}.json`);
const shipped = join(hostSim, "dist/wasmerang.wasm");

// Every test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let directory = "";
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), "wasmerang-cli-"));
}, 120_000);
afterAll(() => {
  if (directory !== "") rmSync(directory, { recursive: true });
});

/** Writes a file into the test's directory and answers its path. */
function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function module(name: string, ...parts: readonly string[]): Promise<string> {
  const { parseWat } = await wabt();
  const parsed = parseWat(
    name,
    `(module
      (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 16))
      (memory (export "memory") 1)
      ${parts.join("\n")})`,
  );
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return write(name, buffer);
}

const onNewConnection = (body: string) =>
  `(func (export "proxy_on_new_connection") (param i32) (result i32) ${body} (i32.const 0))`;

/** The scenario of even.json with changes, as text. */
function changed(change: (scenario: { connections: object[] }) => object): string {
  const even = JSON.parse(readFileSync(example("even"), "utf8")) as { connections: object[] };
  return JSON.stringify({ ...even, ...change(even) });
}

describe("wasmerang run", () => {
  it.each(readdirSync(scenarios).filter((name) => name.endsWith(".json")))(
    "meets the expectations of %s",
    (name) => {
      const result = readScenarioText(readFileSync(join(scenarios, name), "utf8"));
      if (!result.ok) throw new Error(JSON.stringify(result.problems));
      const events: TraceEvent[] = [];
      simulate(readFileSync(shipped), result.scenario, (event) => events.push(event));
      expect(judge(events, result.scenario)).toEqual({ exit: 0, messages: [] });
    },
  );

  it("exits 0 when all is as expected", async () => {
    expect(await wasmerang(["run", example("even")])).toMatchObject({ exit: 0, err: "" });
    const refused = await wasmerang(["run", example("refused-configuration")]);
    expect(refused).toMatchObject({ exit: 0, err: "" });
  });

  it("exits 1 with a wrong expectation and says which", async () => {
    const text = changed(({ connections: [connection] }) => ({
      connections: [{ ...connection, expect: { cluster: "egress2", flags: "UF" } }],
    }));
    const { exit, out, err } = await wasmerang(["run", "-"], text);
    expect(exit).toBe(1);
    expect(err).toBe(
      "connection 1: cluster: expected egress2, was egress1\nconnection 1: flags: expected UF, was -\n",
    );
    expect(out).toContain("cluster egress1");
  });

  it("prints JSON that fits its schema, the same at every run", async () => {
    const { out } = await wasmerang(["run", example("even"), "--format", "json"]);
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string });
    for (const event of events) v.parse(traceEventSchema, event);
    expect(events.map((event) => event.kind)).toContain("connectionEnd");
    expect((await wasmerang(["run", example("even"), "--format", "json"])).out).toBe(out);
  });

  it("prints Envoy's lines with the logger at trace", async () => {
    const { out } = await wasmerang(["run", example("even"), "--format", "envoy"]);
    const lines = out.split("\n");
    expect(lines[0]).toBe("[host->vm] _initialize()");
    expect(lines).toContain("[host->vm] proxy_on_new_connection(2)");
    expect(lines).toContain("[host<-vm] proxy_on_new_connection return: 0");
    expect(lines.filter((line) => line === "[host->vm] _initialize()")).toHaveLength(1);
    // Envoy prints its trace only with the logger at trace; the guest sees that.
    expect(lines.filter((line) => line.includes("proxy_get_log_level"))).toHaveLength(2);
  });

  it("shows another VM when asked", async () => {
    const { out } = await wasmerang(["run", example("even"), "--format", "envoy", "--vm", "base"]);
    expect(out).toBe("[host->vm] _initialize()\n[host<-vm] _initialize return: void\n");
  });

  it("exits 3 for a refused configuration that was not expected", async () => {
    const text = changed(() => ({ plugin: { configuration: "{" }, expect: {} }));
    const { exit, err } = await wasmerang(["run", "-", "--format", "envoy"], text);
    expect(exit).toBe(3);
    expect(err).toContain("Envoy refuses the plugin");
  });

  it("exits 3 for a module that Envoy refuses", async () => {
    const wasm = await module("bad.wasm", `(func (export "proxy_on_tick"))`);
    const { exit, out } = await wasmerang([
      "run",
      example("even"),
      "--wasm",
      wasm,
      "--format",
      "envoy",
    ]);
    expect(exit).toBe(3);
    expect(out).toContain("Bad function signature for: proxy_on_tick, want: i32 -> void");
  });

  it("takes a trap for a result", async () => {
    const wasm = await module("trap.wasm", onNewConnection("unreachable"));
    const text = changed(({ connections: [connection] }) => ({
      connections: [{ ...connection, expect: { trap: true } }],
    }));
    const { exit, out } = await wasmerang(["run", "-", "--wasm", wasm], text);
    expect(out).toContain("TRAP in proxy_on_new_connection: Uncaught RuntimeError: unreachable");
    expect(exit).toBe(0);
  });

  it("stops an endless loop and prints the trace up to it", async () => {
    const loop = "(drop (call $log (i32.const 2) (i32.const 0) (i32.const 1))) (loop $l (br $l))";
    const wasm = await module("loop.wasm", onNewConnection(loop));
    const { exit, out, err } = await wasmerang([
      ...["run", example("even"), "--wasm", wasm],
      ...["--format", "envoy", "--timeout", "1s"],
    ]);
    expect(err).toBe(
      "Stopped: no event for 1 s in proxy_on_new_connection. " +
        "Envoy has no such limit; its worker would hang.\n",
    );
    expect(exit).toBe(3);
    expect(out.trimEnd().split("\n").slice(-2)).toEqual([
      "wasm log wasmerang: \0",
      "[vm<-host] env.proxy_log return: 0",
    ]);
  });

  it("stops a guest that calls the host for ever", async () => {
    const loop = "(loop $l (drop (call $log (i32.const 2) (i32.const 0) (i32.const 1))) (br $l))";
    const wasm = await module("chatter.wasm", onNewConnection(loop));
    const { exit, out, err } = await wasmerang([
      ...["run", example("even"), "--wasm", wasm, "--format", "json", "--timeout", "700ms"],
    ]);
    expect(err).toContain("in proxy_on_new_connection");
    expect(exit).toBe(3);
    expect(out.split("\n").length).toBeLessThan(11_000);
  });

  it("stops a start section that never ends", async () => {
    const wasm = await module("start.wasm", "(func $top (loop $l (br $l))) (start $top)");
    const { exit, err } = await wasmerang([
      "run",
      example("even"),
      "--wasm",
      wasm,
      "--timeout",
      "300ms",
    ]);
    expect(exit).toBe(3);
    expect(err).toContain("while the module was loaded");
    expect(err).toContain("its main thread would hang");
  });

  it("exits 3 when the guest kills Envoy", async () => {
    const call = "(drop (call $log (i32.const 2) (i32.const 0) (i32.const 1)))";
    const wasm = await module("kills.wasm", `(func $top ${call}) (start $top)`);
    const { exit, err } = await wasmerang(["run", example("even"), "--wasm", wasm]);
    expect(exit).toBe(3);
    expect(err).toContain("This kills Envoy 1.40");
  });

  it("prints its version", async () => {
    expect((await wasmerang(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("lists every problem of a scenario and exits 2", async () => {
    const { exit, out, err } = await wasmerang(["run", "-"], '{"clusters": [], "conections": []}');
    expect(exit).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("standard input has 3 problems:");
    expect(err).toContain('$.conections: unknown field; did you mean "connections"?');
    expect((await wasmerang(["run", "-"], "{")).err).toContain("line 1, column 2");
  });

  it("lets a reader leave early", async () => {
    const steps = Array.from({ length: 3000 }, () => ({ downstream: "x".repeat(100) }));
    const text = changed(({ connections: [connection] }) => ({
      connections: [{ ...connection, steps, expect: {} }],
    }));
    const file = write("long.json", text);
    const command = `"${process.execPath}" "${join(hostSim, "bin/wasmerang.js")}" run "${file}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const out = execFileSync("bash", ["-c", command], { encoding: "utf8" });
    expect(out.split("\n").slice(0, 2)).toEqual([
      "even source goes to egress1 (Envoy 1.40, plugin wasmerang)",
      "0",
    ]);
  });
});

describe("wasmerang inspect", () => {
  it("reports on the shipped filter", async () => {
    const { exit, out } = await wasmerang(["inspect", shipped]);
    expect(exit).toBe(0);
    expect(out).toContain("Envoy 1.40 takes this module");
    expect(out).toMatch(/ABI +0\.2\.1/);
    expect(out).toContain("network filter (TCP)");
    expect(out).toContain("env.proxy_get_property: i32 i32 i32 i32 -> i32");
    expect(out).not.toContain("Warning");
  });

  it("says why a module is refused, and exits 3", async () => {
    const wasm = await module("tick.wasm", `(func (export "proxy_on_tick"))`);
    const { exit, out } = await wasmerang(["inspect", wasm]);
    expect(exit).toBe(3);
    expect(out).toContain("REFUSES");
    expect(out).toContain(
      "The module exports proxy_on_tick as void -> void; Envoy wants i32 -> void.",
    );
    const json = await wasmerang([
      "inspect",
      write("text.wasm", "hello, world"),
      "--format",
      "json",
    ]);
    expect(json.exit).toBe(3);
    expect(JSON.parse(json.out)).toMatchObject({ accepted: false, reason: { code: "notWasm" } });
  });

  it("exits 2 without a file", async () => {
    expect((await wasmerang(["inspect", "no/such.wasm"])).exit).toBe(2);
  });
});

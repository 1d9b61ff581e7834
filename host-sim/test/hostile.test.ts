/** Modules that mean harm: the built command line ends each in time, says why, and loses nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { compileWat, expandProbe } from "../parity/wat.ts";

import { simulate } from "../src/index.ts";
import { ENVOY_MEMORY_BYTES, envoyLimits } from "../src/limits.ts";
import { readScenario } from "../src/readScenario.ts";
import { ensureBuilt, hostSim, wasmerang } from "./built.ts";

vi.setConfig({ testTimeout: 120_000 });

const MIB = 2 ** 20;
const prelude = readFileSync(join(hostSim, "parity/probes/prelude.wat"), "utf8");
const even = join(hostSim, "../examples/scenarios/even.json");
const quick = ["--timeout", "700ms"];

let directory = "";
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), "wasmerang-hostile-"));
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

const forEver = "(loop $ever (br $ever))";

/** A callback of a type that Envoy looks for, with a body before its result. */
const callback = (name: string, params: string, result: string, body: string) =>
  `(func (export "${name}") ${params} ${result} ${body} ${result === "" ? "" : "(i32.const 1)"})`;
const onNewConnection = (body: string) =>
  `(func (export "proxy_on_new_connection") (param i32) (result i32) (local $i i32) ${body} (i32.const 0))`;
const endless = (body: string) => onNewConnection(`(loop $ever ${body} (br $ever))`);

const build = (text: string) => compileWat("hostile.wat", expandProbe(text, prelude));

/** Plays even.json with a module; counts of its lines instead of the lines. */
async function run(text: string, ...options: readonly string[]) {
  const file = join(directory, `${Math.random().toString(36).slice(2)}.wasm`);
  writeFileSync(file, await build(text));
  return wasmerang(["run", even, "--wasm", file, ...options]);
}

describe("a guest that never returns", () => {
  it.each([
    ["start section", `(start $s) (func $s ${forEver})`, /while the module was loaded/],
    ["_initialize", callback("_initialize", "", "", forEver), /in _initialize/],
    [
      "proxy_on_context_create",
      callback("proxy_on_context_create", "(param i32 i32)", "", forEver),
      /in proxy_on_context_create/,
    ],
    ...["proxy_on_vm_start", "proxy_on_configure"].map((name) => [
      name,
      callback(name, "(param i32 i32)", "(result i32)", forEver),
      new RegExp(`in ${name}`),
    ]),
    ["proxy_on_new_connection", onNewConnection(forEver), /in proxy_on_new_connection/],
    [
      "proxy_on_downstream_data",
      callback("proxy_on_downstream_data", "(param i32 i32 i32)", "(result i32)", forEver),
      /in proxy_on_downstream_data/,
    ],
    [
      "proxy_on_downstream_connection_close",
      callback("proxy_on_downstream_connection_close", "(param i32 i32)", "", forEver),
      /in proxy_on_downstream_connection_close/,
    ],
    ...["proxy_on_log", "proxy_on_delete"].map((name) => [
      name,
      callback(name, "(param i32)", "", forEver),
      new RegExp(`in ${name}`),
    ]),
  ] as [string, string, RegExp][])("in %s is ended", async (_, text, where) => {
    const { exit, err } = await run(text, ...quick);
    expect(err).toMatch(/^Stopped: no event for 700 ms .*Envoy has no such limit/);
    expect(err).toMatch(where);
    expect(exit).toBe(3);
  });
});

describe("a guest that takes too much", () => {
  const bomb = onNewConnection(
    `(loop $more
       (local.set $i (memory.grow (i32.const 176)))
       (br_if $more (i32.ne (local.get $i) (i32.const -1))))`,
  );

  it("of memory is stopped at the limit that was set", async () => {
    const { exit, out, err } = await run(bomb, "--memory", "64MiB");
    expect(err).toBe(
      "Stopped: the guest's memory has grown beyond 64 MiB (Envoy gives a VM up to 1 GiB), in proxy_on_new_connection.\n",
    );
    expect(out).toContain("proxy_on_new_connection(context: 2) = never returned");
    expect(exit).toBe(3);
  });

  it("of memory meets Envoy's own limit as in Envoy", async () => {
    const document = {
      clusters: { default: { endpoints: [] } },
      connections: [{ source: "10.0.0.1:1", destination: "10.0.0.2:2" }],
    };
    const read = readScenario(document);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    let size = 0;
    const log = `(drop (call $log (i32.const 2) (i32.const 0) (i32.const 0)))`;
    const { stopped } = simulate(
      await build(bomb.replace("(i32.const 0))", `${log} (i32.const 0))`)),
      read.scenario,
      () => undefined,
      { limits: envoyLimits, observer: { hostCall: (_, __, memory) => (size = memory.length) } },
    );
    expect(stopped).toBeUndefined();
    expect(size).toBe(ENVOY_MEMORY_BYTES);
  });

  it.each(["0", "lots", "2GiB", "1KiB"])("and --memory %s is no limit", async (size) => {
    const { exit, err } = await run(bomb, "--memory", size);
    expect(err).toContain("--memory must be a size from 64KiB to 1GiB, such as 64MiB");
    expect(exit).toBe(2);
  });

  it("of the stack traps as in Envoy", async () => {
    const { out, err } = await run(`(func $deep (call $deep)) ${onNewConnection("(call $deep)")}`);
    expect(out).toContain("Uncaught RangeError: Maximum call stack size exceeded");
    expect(err).not.toContain("bug");
  });

  it("of the stack, with a host call at each depth, traps as well", async () => {
    const deep = `(func $deep (drop (call $log_level (i32.const 1024))) (call $deep))`;
    // Collecting garbage below so deep a stack takes seconds.
    const options = ["--timeout", "60s"];
    const { exit, out, err } = await run(`${deep} ${onNewConnection("(call $deep)")}`, ...options);
    expect(out).toContain("Uncaught RangeError: Maximum call stack size exceeded");
    expect(out).toMatch(/^ {2}1 .*closed by envoy/m);
    expect(err).not.toContain("bug");
    expect(exit).toBe(1);
  });
});

describe("a storm", () => {
  const logged = (bytes: number) =>
    `(drop (call $log (i32.const 2) (i32.const 65536) (i32.const ${bytes})))`;

  it.each(["text", "json", "envoy"])("of large logs is cut, in the format %s", async (format) => {
    const { exit, out, err } = await run(endless(logged(900_000)), "--format", format);
    expect(err).toBe("Stopped: the trace has more than 64 MiB, in proxy_on_new_connection.\n");
    expect(exit).toBe(3);
    expect(out.split("\n").length).toBeGreaterThan(30);
    if (format === "text") expect(out).toContain("… (cut: 900");
  });

  it("of one log that is larger than a trace is left out", async () => {
    const grow = "(drop (memory.grow (i32.const 2000)))";
    const { exit, out, err } = await run(onNewConnection(grow + logged(100 * MIB)));
    expect(err).toBe("Stopped: the trace has more than 64 MiB, in proxy_on_new_connection.\n");
    expect(out).toContain("proxy_on_new_connection(context: 2) = never returned");
    expect(exit).toBe(3);
  });

  it("of small calls ends by time or by length, with the first calls", async () => {
    const { exit, out, err } = await run(
      endless("(drop (call $log_level (i32.const 1024)))"),
      ...quick,
    );
    expect(err).toMatch(/^Stopped: (no event for 700 ms|the trace has more).*new_connection/);
    expect(out.match(/proxy_get_log_level/g)?.length).toBeGreaterThan(1000);
    expect(exit).toBe(3);
  });

  const key = "(i32.const 1024)";
  const counted =
    "(local.set $i (i32.add (local.get $i) (i32.const 1))) (i32.store (i32.const 1024) (local.get $i))";
  const shared = `${counted} (drop (call $set_shared ${key} (i32.const 4) (i32.const 65536) (i32.const 900000) (i32.const 0)))`;
  const metrics = `${counted} (drop (call $define (i32.const 0) ${key} (i32.const 4) (i32.const 8)))`;

  it("of shared data is stopped", async () => {
    const { exit, err } = await run(endless(shared));
    expect(err).toBe("Stopped: the trace has more than 64 MiB, in proxy_on_new_connection.\n");
    expect(exit).toBe(3);
  });

  it.each([
    ["logs", logged(900_000), /Stopped: no answer for 700 ms at 10\.0\.0\.0\./],
    ["shared data", shared, /keep more than 256 MiB of shared data|no answer/],
    ["metrics", metrics, /keep more than 256 MiB of shared data|no answer/],
  ])("of %s ends a sweep", async (_, body, message) => {
    const file = join(directory, "sweep.wasm");
    writeFileSync(file, await build(endless(body)));
    const { exit, err } = await wasmerang(["sweep", "10.0.0.0/24", "--wasm", file, ...quick]);
    expect(err).toMatch(message);
    expect(exit).toBe(3);
  });

  it("in a sweep leaves what was known before, and names the address", async () => {
    // The third connection does not return.
    const text = `(global $n (mut i32) (i32.const 0)) ${onNewConnection(
      `(global.set $n (i32.add (global.get $n) (i32.const 1)))
       (if (i32.eq (global.get $n) (i32.const 300)) (then ${forEver}))`,
    )}`;
    const file = join(directory, "third.wasm");
    writeFileSync(file, await build(text));
    const args = ["10.0.0.0/23", "--wasm", file, "--format", "csv", ...quick];
    const { exit, err } = await wasmerang(["sweep", ...args]);
    expect(err).toMatch(
      /^Stopped: no answer for 700 ms at 10\.0\.1\.43\. Envoy has no such limit; its worker would hang\./,
    );
    expect(exit).toBe(3);
    // On threads each of which hangs, the first address is named, and nothing behind it is printed.
    const many = ["10.0.0.0/18", "--jobs", "3", ...args.slice(1)];
    const onThreads = await wasmerang(["sweep", ...many]);
    expect(onThreads.err).toMatch(/no answer for 700 ms at 10\.0\.1\.43\./);
    expect(onThreads.out.split("\n").length).toBeLessThanOrEqual(1 + 299 + 1);
  });

  it.each([
    ["logs", endless(logged(900_000)), /the run is stopped: the trace has more than 64 MiB/],
    ["nothing", onNewConnection(forEver), /Without any fault a callback does not return/],
  ])("of %s leaves no faults to play", async (_, text, message) => {
    const file = join(directory, "faults.wasm");
    writeFileSync(file, await build(text));
    const { exit, err } = await wasmerang(["faults", even, "--wasm", file, "--timeout", "5s"]);
    expect(err).toMatch(message);
    expect(exit).toBe(3);
  });

  it("in a bundle's filter writes nothing", async () => {
    const file = join(directory, "bundle.wasm");
    writeFileSync(file, await build(endless(shared)));
    const args = ["--target", "envoy", "--out", join(directory, "out"), "--wasm", file];
    const { exit, err } = await wasmerang(["bundle", ...args]);
    expect(err).toMatch(/^Stopped: /);
    expect(exit).toBe(3);
  });
});

it("very many connections end at the length of a trace", async () => {
  const connections = Array.from({ length: 50_000 }, (_, i) => ({
    source: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:1`,
    destination: "203.0.113.10:443",
  }));
  const document = { clusters: { default: { endpoints: [] } }, connections };
  const file = join(directory, "many.json");
  writeFileSync(file, JSON.stringify(document));
  const { exit, out, err } = await wasmerang(["run", file]);
  expect(err).toMatch(/^Stopped: the trace has more than 64 MiB/);
  expect(out.split("\n").length).toBeGreaterThan(100_000);
  expect(exit).toBe(3);
});

import wabt from "wabt";
import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import type { WasmSignature } from "../src/abi.ts";
import { inspectModule } from "../src/inspectModule.ts";
import { parseWasmModule } from "../src/wasmModule.ts";

const { parseWat } = await wabt();

function wasm(wat: string, debugNames = false): Uint8Array {
  const module = parseWat("test.wat", wat, { tail_call: true, memory64: true });
  const { buffer } = module.toBinary({ write_debug_names: debugNames });
  module.destroy();
  return buffer;
}

const i32 = (count: number): WasmSignature => ({
  params: Array.from({ length: count }, () => "i32"),
  results: ["i32"],
});
const hostFunctions = new Map([
  ["env.proxy_log", i32(3)],
  ["env.proxy_get_property", i32(4)],
  ["env.proxy_grpc_call", i32(12)],
  ["env.proxy_increment_metric", { params: ["i32", "i64"], results: ["i32"] } as WasmSignature],
  ["wasi_snapshot_preview1.fd_write", i32(4)],
  ["wasi_snapshot_preview1.path_link", i32(6)],
]);
const inspect = (bytes: Uint8Array) => inspectModule(bytes, () => hostFunctions);
const lines = (bytes: Uint8Array) => inspect(bytes).lines.map((it) => it.line);

const MARKER = `(func (export "proxy_abi_version_0_2_1"))`;
const MALLOC = `(func (export "malloc") (param i32) (result i32) (i32.const 16))`;
const BASE = `${MARKER} ${MALLOC} (memory (export "memory") 1)`;
const NEW_CONNECTION = `(func (export "proxy_on_new_connection") (param i32) (result i32) (i32.const 0))`;

const LOAD = "Wasm VM failed Failed to load Wasm code";
const INITIALIZE = "Wasm VM failed Failed to initialize Wasm code";
const CORRUPTED = "Wasm VM failed Failed to parse corrupted Wasm module";
const NO_ABI = "Wasm VM failed Missing or unknown Proxy-Wasm ABI version";
const BYTECODE = "Wasm VM failed Failed to load Wasm bytecode";

/** A section of a hand-made binary. */
const section = (id: number, ...content: number[]) => [id, content.length, ...content];
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const withSections = (bytes: Uint8Array, ...more: number[][]) =>
  Uint8Array.from([...bytes, ...more.flat()]);
const text = (value: string) => new TextEncoder().encode(value);

describe("an accepted module", () => {
  it("reports what it is", () => {
    const report = inspect(
      wasm(
        `(module
          (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
          ${BASE} ${NEW_CONNECTION}
          (func $helper)
          (func (export "_initialize")) (func (export "_start")))`,
        true,
      ),
    );
    expect(report).toMatchObject({
      accepted: true,
      abi: "0.2.1",
      lines: [],
      kind: "network",
      startFunctions: ["_initialize"],
      startSection: false,
      allocator: "malloc",
      hasFunctionNames: true,
      memory: { initial: 1, shared: false, is64: false },
      functionCount: 6,
    });
    expect(report.reason).toBeUndefined();
    expect(report.imports).toEqual([
      { module: "env", name: "proxy_log", kind: "function", signature: i32(3) },
    ]);
    expect(report.exports.at(-1)).toMatchObject({
      name: "_start",
      signature: { params: [], results: [] },
    });
    expect(report.warnings).toEqual([
      "Both _initialize and _start are exported: _start is ignored.",
    ]);
  });

  it.each([
    ["_initialize and main", `(func (export "_initialize")) ${main()}`, ["_initialize", "main"]],
    [
      "__main_void",
      `(func (export "_initialize")) (func (export "__main_void") (result i32) (i32.const 0))`,
      ["_initialize", "__main_void"],
    ],
    ["_start", `(func (export "_start"))`, ["_start"]],
    ["main alone", main(), []],
    ["none", "", []],
  ])("has the start functions of Envoy: %s", (_, wat, expected) => {
    expect(inspect(wasm(`(module ${BASE} ${wat})`)).startFunctions).toEqual(expected);
  });

  it.each([
    [
      `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 0))`,
      "http",
    ],
    [NEW_CONNECTION, "network"],
    ["", "none"],
  ])("has the kind of its callbacks: %s", (wat, kind) => {
    expect(inspect(wasm(`(module ${BASE} ${wat})`)).kind).toBe(kind);
  });

  it("may have no memory, an imported memory, or the older allocator", () => {
    expect(inspect(wasm(`(module ${MARKER} ${MALLOC})`))).toMatchObject({ accepted: true });
    const imported = inspect(
      wasm(`(module (import "env" "memory" (memory 2 4)) ${MARKER} ${MALLOC})`),
    );
    expect(imported).toMatchObject({ accepted: true, memory: { initial: 2, maximum: 4 } });
    const older = `(module ${MARKER}
      (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 16)))`;
    expect(inspect(wasm(older)).allocator).toBe("proxy_on_memory_allocate");
  });

  it("takes its ABI from the first known marker", () => {
    const report = inspect(
      wasm(`(module (func (export "proxy_abi_version_0_2_0")) ${BASE} ${NEW_CONNECTION})`),
    );
    expect(report.abi).toBe("0.2.0");
    expect(report.warnings.join()).toContain("the first known one, 0.2.0, counts");
    const global = `(module (global (export "proxy_abi_version_0_1_0") i32 (i32.const 0)) ${BASE})`;
    expect(inspect(wasm(global)).abi).toBe("0.2.1");
  });

  it("is warned of a start section, of HTTP callbacks, and of callbacks that Envoy does not know", () => {
    const report = inspect(
      wasm(`(module ${BASE} (func $top) (start $top)
        (func (export "proxy_on_grpc_trailing_metadata") (param i32 i32 i32)))`),
    );
    expect(report.startSection).toBe(true);
    expect(report.warnings.join("\n")).toMatch(/start section.*kills Envoy/);
    expect(report.warnings.join("\n")).toContain("does nothing");
    expect(report.warnings.join("\n")).toContain(
      "proxy_on_grpc_trailing_metadata; is proxy_on_grpc_receive_trailing_metadata meant?",
    );
  });

  it("tells its SDK from its producers section, exports or names", () => {
    const bytes = wasm(`(module ${BASE})`);
    const producers = [
      ...[9, ...text("producers"), 1, 12, ...text("processed-by"), 1],
      ...[5, ...text("rustc"), 4, ...text("1.90")],
    ];
    expect(inspect(withSections(bytes, section(0, ...producers))).sdk).toEqual({
      sdk: "Rust",
      evidence: "producers section: rustc 1.90",
    });
    const assemblyScript = wasm(`(module ${BASE} (func (export "__collect")))`);
    expect(inspect(assemblyScript).sdk?.sdk).toBe("AssemblyScript");
    const utf16 = wasm(
      String.raw`(module ${BASE} (data (i32.const 9) "x~\00l\00i\00b\00/\00r\00"))`,
    );
    expect(inspect(utf16).sdk?.sdk).toBe("AssemblyScript");
    expect(inspect(bytes).sdk).toBeUndefined();
  });
});

describe("a file that cannot be loaded", () => {
  const good = wasm(`(module ${BASE} ${NEW_CONNECTION})`);
  it.each<[string, Uint8Array, readonly string[], string, string]>([
    ["an empty file", new Uint8Array(), [], "empty", "empty"],
    [
      "4 bytes",
      Uint8Array.from(header.slice(0, 4)),
      [NO_ABI, LOAD],
      "notWasm",
      "damaged wasm module",
    ],
    ["a bare header", Uint8Array.from(header), [NO_ABI, LOAD], "noAbi", "not a proxy-wasm plugin"],
    ["text", text("hello, this is text"), [CORRUPTED, LOAD], "notWasm", 'text that begins "hello,'],
    ["wat", text("(module (memory 1))"), [CORRUPTED, LOAD], "notWasm", "wat2wasm"],
    [
      "gzip",
      Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]),
      [CORRUPTED, LOAD],
      "notWasm",
      "gzip",
    ],
    [
      "ELF",
      Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
      [CORRUPTED, LOAD],
      "notWasm",
      "ELF",
    ],
    [
      "a component",
      Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]),
      [NO_ABI, LOAD],
      "component",
      "component",
    ],
    ["a truncated module", good.subarray(0, 40), [CORRUPTED, LOAD], "truncated", "cut off"],
    [
      "a module cut after its exports",
      good.subarray(0, good.length - 3),
      [CORRUPTED, LOAD],
      "truncated",
      "cut off",
    ],
    [
      "a length of more than 30 bits",
      withSections(good, [1, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      [CORRUPTED, LOAD],
      "truncated",
      "byte",
    ],
    [
      "a bad name section",
      withSections(good, section(0, 4, ...text("name"), 1, 3, 1, 0, 9)),
      [CORRUPTED, LOAD],
      "corrupted",
      "name section",
    ],
    [
      "an unknown section",
      withSections(good, section(99, 0)),
      [BYTECODE, LOAD],
      "invalid",
      "not valid",
    ],
    [
      "a body of the wrong type",
      withSections(
        Uint8Array.from(header),
        section(1, 1, 0x60, 0, 1, 0x7f),
        section(3, 1, 0),
        section(7, 1, 23, ...text("proxy_abi_version_0_2_1"), 0, 0),
        section(10, 1, 2, 0, 0x0b),
      ),
      [BYTECODE, LOAD],
      "invalid",
      "not valid",
    ],
    [
      "no marker",
      wasm(`(module ${MALLOC} ${NEW_CONNECTION})`),
      [NO_ABI, LOAD],
      "noAbi",
      "but no ABI version",
    ],
    [
      "a marker of a later version",
      wasm(`(module ${MALLOC} (func (export "proxy_abi_version_0_3_0")))`),
      [NO_ABI, LOAD],
      "unsupportedAbi",
      "proxy_abi_version_0_3_0",
    ],
    [
      "a marker that is a global",
      wasm(`(module (global (export "proxy_abi_version_0_2_1") i32 (i32.const 0)))`),
      [NO_ABI, LOAD],
      "noAbi",
      "only a function counts",
    ],
  ])("%s", (_, bytes, expected, code, words) => {
    const report = inspect(bytes);
    expect(report.lines).toEqual(expected.map((line) => ({ level: "error", line })));
    expect(report).toMatchObject({ accepted: false, stage: "load", reason: { code } });
    expect(report.reason?.summary + " " + report.reason?.remedy).toContain(words);
  });

  it("asks the engine that it is given", () => {
    const report = inspectModule(
      good,
      () => hostFunctions,
      () => "no SIMD here",
    );
    expect(report.reason?.summary).toBe("The module is not valid: no SIMD here.");
    expect(report.lines[0]?.line).toBe(BYTECODE);
  });
});

describe("a module that cannot be linked", () => {
  const missing = (name: string) => `Failed to load Wasm module due to a missing import: ${name}`;

  it("names the first bad import only", () => {
    const bytes = wasm(`(module
      (import "env" "proxy_log" (func (param i32 i32 i32) (result i32)))
      (import "env" "abort" (func (param i32 i32 i32 i32)))
      (import "env" "seed" (func (result f64)))
      ${BASE})`);
    expect(lines(bytes)).toEqual([missing("env.abort"), INITIALIZE]);
    expect(inspect(bytes)).toMatchObject({ stage: "link", reason: { code: "missingImport" } });
    expect(inspect(bytes).reason?.remedy).toContain("--use abort=");
  });

  it.each([
    ["env", "proxy_get_propery", "nearest function that Envoy has is env.proxy_get_property"],
    ["env", "proxy_clear_route_cache", "ABI 0.1.0 only"],
    ["wasi_snapshot_preview", "fd_write", "wasi_snapshot_preview1.fd_write"],
    ["wbg", "__wbindgen_throw", "wasm-bindgen"],
    ["env", "__syscall_openat", "Emscripten"],
    ["something", "else", "proxy-wasm ABI (env)"],
  ])("explains %s.%s", (module, name, remedy) => {
    const bytes = wasm(`(module (import "${module}" "${name}" (func)) ${BASE})`);
    expect(lines(bytes)).toEqual([missing(`${module}.${name}`), INITIALIZE]);
    expect(inspect(bytes).reason?.remedy).toContain(remedy);
  });

  it("prints both types as Envoy does", () => {
    const bytes = wasm(`(module (import "env" "proxy_log" (func)) ${BASE})`);
    expect(lines(bytes)).toEqual([
      "Failed to load Wasm module due to an import type mismatch: env.proxy_log, " +
        "want: void -> void, but host exports: i32 i32 i32 -> i32",
      INITIALIZE,
    ]);
    const link = wasm(`(module (import "wasi_snapshot_preview1" "path_link"
      (func (param i32 i32 i32 i32 i32 i32 i32) (result i32))) ${BASE})`);
    expect(inspect(link).reason).toMatchObject({ code: "importType" });
    expect(inspect(link).reason?.remedy).toContain("one parameter less");
  });

  it("refuses globals, takes memories and tables", () => {
    const bytes = wasm(`(module (import "env" "table" (table 1 funcref))
      (import "env" "memory" (memory 1)) (import "env" "base" (global i32)) ${MARKER} ${MALLOC})`);
    expect(lines(bytes)).toEqual([missing("env.base"), INITIALIZE]);
    expect(inspect(bytes).reason?.code).toBe("globalImport");
  });

  it("refuses more than 1 GiB of memory", () => {
    const own = wasm(`(module ${MARKER} ${MALLOC} (memory 16385))`);
    expect(lines(own)).toEqual(["Failed to create new Wasm instance", INITIALIZE]);
    const largest = wasm(`(module ${MARKER} ${MALLOC} (memory 16384))`);
    expect(inspect(largest).accepted).toBe(true);
  });
});

describe("a module whose exports do not fit", () => {
  it("reports every wrong type, then still starts", () => {
    const bytes = wasm(`(module ${MARKER} ${MALLOC} (func (export "_initialize"))
      (func (export "proxy_on_tick") (param i32 i32))
      (func (export "proxy_on_new_connection") (param i32)))`);
    const bad = "Bad function signature for:";
    expect(lines(bytes)).toEqual([
      `${bad} proxy_on_tick, want: i32 -> void, but the module exports: i32 i32 -> void`,
      `${bad} proxy_on_new_connection, want: i32 -> i32, but the module exports: i32 -> void`,
      INITIALIZE,
    ]);
    expect(inspect(bytes)).toMatchObject({
      stage: "exports",
      reason: { code: "exportType" },
      startFunctions: ["_initialize"],
    });
  });

  it("prints three lines for an allocator of another type", () => {
    const bytes = wasm(`(module ${MARKER} (func (export "malloc") (param i32)))`);
    expect(lines(bytes)).toEqual([
      "Bad function signature for: malloc, want: i32 -> i32, but the module exports: i32 -> void",
      "Wasm VM failed Wasm module is missing malloc function.",
      INITIALIZE,
    ]);
  });

  it("misses the allocator", () => {
    const bytes = wasm(`(module ${MARKER})`);
    expect(lines(bytes)).toEqual([
      "Wasm VM failed Wasm module is missing malloc function.",
      INITIALIZE,
    ]);
    expect(inspect(bytes).reason?.code).toBe("missingAllocator");
  });

  it("wants another type of the headers callback in ABI 0.1.0", () => {
    const headers = `(func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 0))`;
    expect(inspect(wasm(`(module ${BASE} ${headers})`)).accepted).toBe(false);
    const older = `(module (func (export "proxy_abi_version_0_1_0")) ${MALLOC} ${headers})`;
    expect(inspect(wasm(older)).accepted).toBe(true);
  });

  it("looks for _start when _initialize has another type", () => {
    const bytes = wasm(`(module ${BASE}
      (func (export "_initialize") (param i32)) (func (export "_start")))`);
    expect(inspect(bytes)).toMatchObject({ accepted: false, startFunctions: ["_start"] });
  });
});

describe("the wasm reader", () => {
  it("reads types that it does not know as unknown", () => {
    const bytes = Uint8Array.from([
      ...header,
      ...section(1, 3, 0x5f, 1, 0x78, 1, 0x60, 1, 0x63, 0, 0, 0x60, 0, 1, 0x6e),
      ...section(3, 2, 1, 2),
      ...section(7, 2, 1, 0x61, 0, 0, 1, 0x62, 0, 1),
    ]);
    const module = parseWasmModule(bytes);
    if ("error" in module) throw new Error(module.error);
    expect(module.exports.map((it) => it.signature)).toEqual([
      { params: ["ref"], results: [] },
      { params: [], results: ["ref"] },
    ]);
  });

  it.each<[string, readonly number[], string, number]>([
    ["text", [...text("hello, world")], "the magic number \\0asm is missing", 0],
    ["version 2", [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], "the version bytes are 2 0 0 0", 4],
    ["a section that is cut off", [...header, 1, 5, 1], "is 5 bytes long, but only 1 follow", 10],
    [
      "a huge count",
      [...header, ...section(2, 0xff, 0xff, 0xff, 0xff, 0x0f)],
      "4294967295 imports",
      10,
    ],
    [
      "an endless integer",
      [...header, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
      "more than 5 bytes",
      9,
    ],
    [
      "an unknown value type",
      [...header, ...section(1, 1, 0x60, 1, 0x01, 0)],
      "value type 0x1",
      13,
    ],
  ])("says what is wrong and where: %s", (_, bytes, message, offset) => {
    const module = parseWasmModule(Uint8Array.from(bytes));
    expect(module).toMatchObject({ offset });
    expect("error" in module && module.error).toContain(message);
  });

  it.each([
    ["_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic::h0123456789abcdef"],
    ["_ZN12_GLOBAL__N_14callE", "(anonymous namespace)::call"],
    ["_ZN3FooC2Ev", "_ZN3FooC2Ev"],
    ["_ZN9shortE", "_ZN9shortE"],
    ["f", "float"],
    ["r", "r"],
    ["proxy_on_tick", "proxy_on_tick"],
  ])("names functions as Envoy does: %s", (name, expected) => {
    const module = parseWasmModule(wasm(`(module (func $${name}))`, true));
    if ("error" in module) throw new Error(module.error);
    expect(module.functionNames.get(0)).toBe(expected);
  });

  it("never throws, whatever the bytes; nor does the inspection", () => {
    const seed = wasm(
      `(module (import "env" "proxy_log" (func (param i32 i32 i32) (result i32))) ${BASE})`,
      true,
    );
    const mutation = fc.tuple(fc.nat(seed.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 8 }), fc.nat(seed.length), (changes, cut) => {
        const bytes = seed.slice(0, cut);
        for (const [at, value] of changes) bytes[at] = value;
        parseWasmModule(bytes);
        const report = inspect(bytes);
        expect(report.accepted).toBe(report.reason === undefined);
      }),
      { numRuns: 1000 },
    );
  });
});

function main(): string {
  return `(func (export "main") (param i32 i32) (result i32) (i32.const 0))`;
}

/** Modules and configurations that Envoy refuses, odd ones that it takes, and one that kills it. */
import { from, module, type ParityCase, probe, scenario, talk } from "./case.ts";

const MARKER = '(func (export "proxy_abi_version_0_2_1"))';
const MALLOC = '(func (export "malloc") (param i32) (result i32) (i32.const 1024))';
const MEMORY = '(memory (export "memory") 1)';
const LOG = '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))';
const COMPLETE = `${MARKER} ${MALLOC} ${MEMORY}`;

/** Modules that are taken, by what is special about them. */
const taken: Readonly<Record<string, string>> = {
  "imported memory": `(import "env" "memory" (memory 1)) ${MARKER} ${MALLOC}`,
  "imported table": `(import "env" "table" (table 1 funcref)) ${COMPLETE}`,
  "the other allocator": `${MARKER} ${MEMORY} (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 1024))`,
  "ABI marker with a parameter": `(func (export "proxy_abi_version_0_2_1") (param i32)) ${MALLOC} ${MEMORY}`,
  "ABI 0.2.0": `(func (export "proxy_abi_version_0_2_0")) ${MALLOC} ${MEMORY} (func (export "proxy_on_new_connection") (param i32) (result i32) (i32.const 0))`,
  "nothing but the minimum": COMPLETE,
  "no memory": `${MARKER} ${MALLOC}`,
  "start section that is fine": `${COMPLETE} (func $start (i32.store (i32.const 0) (i32.const 1))) (start $start)`,
  "_start alone": `${COMPLETE} (func (export "_start"))`,
  "_initialize and main": `${COMPLETE} (func (export "_initialize")) (func (export "_start")) (func (export "main") (param i32 i32) (result i32) (i32.const 7))`,
  "_initialize and __main_void": `${COMPLETE} (func (export "_initialize")) (func (export "__main_void") (result i32) (i32.const 7))`,
  "_initialize that logs": `${LOG} ${COMPLETE} (func (export "_initialize") (drop (call $log (i32.const 2) (i32.const 0) (i32.const 0))))`,
};

/** Modules that are refused, or kill Envoy. */
const refused: Readonly<Record<string, string>> = {
  "missing import of env": `(import "env" "abort" (func (param i32 i32 i32 i32))) ${COMPLETE}`,
  "missing import of WASI": `(import "wasi_unstable" "proc_raise" (func (param i32) (result i32))) ${COMPLETE}`,
  "import of an unknown module": `(import "host" "log" (func)) ${COMPLETE}`,
  "import with a wrong signature": `(import "env" "proxy_log" (func)) ${COMPLETE}`,
  "import with wrong parameters": `(import "env" "proxy_increment_metric" (func (param i32 i32) (result i32))) ${COMPLETE}`,
  "import of a function of ABI 0.1.0": `(import "env" "proxy_continue_request" (func (result i32))) ${COMPLETE}`,
  "import of a global": `(import "env" "g" (global i32)) ${COMPLETE}`,
  "two bad imports": `(import "env" "one" (func)) (import "env" "two" (func)) ${COMPLETE}`,
  "no allocator": `${MARKER} ${MEMORY}`,
  "allocator with a wrong signature": `${MARKER} ${MEMORY} (func (export "malloc") (param i32 i32) (result i32) (i32.const 1024))`,
  "no ABI marker": `${MALLOC} ${MEMORY}`,
  "ABI marker is a global": `(global (export "proxy_abi_version_0_2_1") i32 (i32.const 0)) ${MALLOC} ${MEMORY}`,
  "ABI 0.2.0 with a call of 0.2.1": `(import "env" "proxy_get_log_level" (func (param i32) (result i32))) (func (export "proxy_abi_version_0_2_0")) ${MALLOC} ${MEMORY}`,
  "callback with a wrong signature": `${COMPLETE} (func (export "proxy_on_new_connection") (result i32) (i32.const 0))`,
  "callback with a wrong result": `${COMPLETE} (func (export "proxy_on_log") (param i32) (result i32) (i32.const 0))`,
  "memory of more than 1 GiB": `${MARKER} ${MALLOC} (memory (export "memory") 16385)`,
  "start section that traps": `${COMPLETE} (func $start (unreachable)) (start $start)`,
  "_initialize that traps": `${COMPLETE} (func (export "_initialize") (unreachable))`,
  "_start with a wrong signature": `${COMPLETE} (func (export "_start") (param i32))`,
  "_initialize with a forbidden call": `(import "env" "proxy_get_log_level" (func $level (param i32) (result i32))) ${COMPLETE} (func (export "_initialize") (drop (call $level (i32.const 0))))`,
  "host call in the start section": `${LOG} ${COMPLETE} (func $start (drop (call $log (i32.const 2) (i32.const 0) (i32.const 0)))) (start $start)`,
  "body that does not validate": `${COMPLETE} (func (result i32))`,
};

export async function moduleCases(): Promise<readonly ParityCase[]> {
  const play = scenario({ connections: [from("10.0.0.42:51324", ...talk)] });
  const cases: ParityCase[] = [];
  for (const [name, text] of Object.entries({ ...taken, ...refused })) {
    const fails = Object.hasOwn(refused, name);
    cases.push({ name: `module: ${name}`, wasm: await module(text), scenario: play, fails });
  }
  const complete = await module(COMPLETE);
  const bytes: Readonly<Record<string, Uint8Array>> = {
    "empty file": new Uint8Array(),
    "four bytes": complete.slice(0, 4),
    "header alone": complete.slice(0, 8),
    "version 2": complete.with(4, 2),
    truncated: complete.slice(0, complete.length - 3),
    "bytes after the end": new Uint8Array([...complete, 1, 2, 3]),
    text: new TextEncoder().encode("this is not WebAssembly"),
  };
  for (const [name, wasm] of Object.entries(bytes)) {
    cases.push({ name: `module: ${name}`, wasm, scenario: play, fails: true });
  }
  return [...cases, ...(await configurations())];
}

async function configurations(): Promise<readonly ParityCase[]> {
  const wasm = await probe("refused");
  const connections = [from("10.0.0.42:51324", ...talk)];
  const plugins = {
    "configure answers 0": { configuration: "c: no" },
    "VM start answers 0": { configuration: "v: no" },
    "no names, configure answers 0": { name: "", rootId: "", vmId: "", configuration: "c: no" },
    "fail open, configure answers 0": { configuration: "c", failurePolicy: "FAIL_OPEN" },
    "text configuration": { configuration: "ok", vmConfiguration: "for the VM" },
    "bytes configuration": { configuration: { bytes: "AP/+" } },
    "empty configuration": { configuration: "" },
    "no configuration": {},
    "Struct configuration": {
      configuration: {
        struct: {
          mode: "istio",
          list: [1, 2.5, -3, true, null, "ä"],
          object: { nested: { deep: [] }, empty: {} },
        },
      },
      vmConfiguration: { struct: { a: 1 } },
    },
  } as const;
  return Object.entries(plugins).map(([name, plugin]) => ({
    name: `configuration: ${name}`,
    wasm,
    scenario: scenario({ plugin, connections }),
    fails: name.endsWith("answers 0"),
  }));
}

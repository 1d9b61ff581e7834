import { expect, it } from "vitest";
import { compileWat } from "../parity/wat.ts";
import { readScenario } from "../src/readScenario.ts";
import { simulate } from "../src/simulate.ts";
import type { HostCall } from "../src/trace.ts";

/** Stops as Go's runtime does when the time is 0; then waits for a time, reading it again and again. */
const waiting = (nanoseconds: number) =>
  compileWat(
    "waiting.wat",
    `(module
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      (import "env" "proxy_get_current_time_nanoseconds" (func $time (param i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_initialize")
        (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 8)))
        (if (i64.eqz (i64.load (i32.const 8))) (then (unreachable))))
      (func $now (result i64)
        (drop (call $time (i32.const 8)))
        (i64.load (i32.const 8)))
      (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (local $end i64)
        (local.set $end (i64.add (call $now) (i64.const ${nanoseconds})))
        (loop $again (br_if $again (i64.lt_u (call $now) (local.get $end))))
        (i32.const 1))
      (func (export "malloc") (param i32) (result i32) (i32.const 1024))
      (func (export "proxy_abi_version_0_2_1")))`,
  );

function readings(wasm: Uint8Array): bigint[] {
  const read = readScenario({ clusters: {}, connections: [], tcpProxy: { cluster: "c" } });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const calls: HostCall[] = [];
  simulate(wasm, read.scenario, (event) => {
    if (event.kind === "hostCall" && event.vm === "worker") calls.push(event);
  });
  return calls.flatMap(({ results }) =>
    results.flatMap(({ value }) => (value.kind === "i64" ? [value.bigint] : [])),
  );
}

it("goes on with each reading, so that a guest that waits gets there", async () => {
  const times = readings(await waiting(1_000_000));
  expect(times.length).toBe(101);
  expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0n))).toBe(true);
});

it("reads the same times in every run", async () => {
  const wasm = await waiting(50_000);
  const times = readings(wasm);
  expect(times.length).toBe(6);
  expect(readings(wasm)).toEqual(times);
});

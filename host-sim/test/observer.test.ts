import { beforeAll, describe, expect, it } from "vitest";
import { compileWat } from "../parity/wat.ts";
import type { RunObserver } from "../src/observer.ts";
import { readScenario } from "../src/readScenario.ts";
import { simulate } from "../src/simulate.ts";
import type { HostCall, StackFrame, TraceEvent } from "../src/trace.ts";

let reader: Uint8Array;
let counter: Uint8Array;
let stats: ReadonlyMap<string, bigint>;
beforeAll(async () => {
  reader = await compileWat(
    "reader.wat",
    `(module
      (import "env" "proxy_get_property"
        (func $get_property (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 64) "source\\00address")
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 1024))
      (func (export "proxy_on_new_connection") (param i32) (result i32)
        (call $get_property
          (i32.const 64) (i32.const 14) (i32.const 16) (i32.const 24))))`,
  );
  counter = await compileWat(
    "counter.wat",
    `(module
      (import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))
      (import "env" "proxy_increment_metric" (func $increment (param i32 i64) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 64) "reads")
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 1024))
      (func (export "proxy_on_new_connection") (param i32) (result i32)
        (drop (call $define (i32.const 0) (i32.const 64) (i32.const 5) (i32.const 32)))
        (call $increment (i32.load (i32.const 32)) (i64.const 3))))`,
  );
});

function play(observer?: RunObserver, wasm = reader): TraceEvent[] {
  const read = readScenario({
    clusters: { default: { endpoints: ["10.1.0.10:8080"], echo: true } },
    connections: [
      {
        source: "10.0.0.42:51324",
        destination: "203.0.113.10:443",
        steps: [{ downstream: "hello" }, { close: "client" }],
      },
    ],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const events: TraceEvent[] = [];
  const options = observer ? { observer } : {};
  ({ stats } = simulate(wasm, read.scenario, (event) => events.push(event), options));
  return events;
}

describe("an observer", () => {
  it("learns which instruction of the module called the host", () => {
    const stacks: (readonly StackFrame[])[] = [];
    play({ hostCall: (_seq, when, _memory, stack) => when === "before" && stacks.push(stack()) });
    expect(stacks).toHaveLength(1);
    // The first function is the import.
    expect(stacks[0]?.map(({ functionIndex }) => functionIndex)).toEqual([3]);
    // Offsets are those of the file, though the host limits its memory: there is a call of import 0.
    const offset = stacks[0]?.[0]?.offset ?? 0;
    expect([...reader.subarray(offset, offset + 2)]).toEqual([0x10, 0]);
  });

  it("sees the guest's memory before and after a host call", () => {
    const at = (memory: Uint8Array, pointer: number) =>
      new DataView(memory.buffer, memory.byteOffset).getUint32(pointer, true);
    const seen: { seq: number; when: string; pointer: number; text: string }[] = [];
    const events = play({
      hostCall: (seq, when, memory) => {
        const pointer = at(memory, 16);
        const text = new TextDecoder().decode(memory.subarray(pointer, pointer + at(memory, 24)));
        seen.push({ seq, when, pointer, text });
      },
    });
    const call = events.find(
      (event): event is HostCall =>
        event.kind === "hostCall" && event.name === "proxy_get_property",
    );
    const [before, after] = seen.filter(({ seq }) => seq === call?.seq);
    expect(before).toMatchObject({ when: "before", pointer: 0 });
    const result = call?.results[0]?.value;
    expect(after).toMatchObject({ when: "after", text: "10.0.0.42:51324" });
    expect(result).toMatchObject({ pointer: after?.pointer });
  });

  it("changes nothing in the trace", () => {
    expect(play({ hostCall: () => {}, phase: () => {} })).toEqual(play());
  });

  it("reads properties where a callback would be, also one that the guest has not", () => {
    const upstream = new Map<string, string>();
    const events = play({
      phase: ({ callback, property }) => {
        const found = property("upstream\0address");
        const text = "value" in found ? new TextDecoder().decode(found.value) : found.absent;
        upstream.set(callback.replace("proxy_on_", ""), text);
      },
    });
    expect(events.some((it) => it.kind === "guestEnter" && it.callback === "proxy_on_log")).toBe(
      false,
    );
    expect([...upstream]).toEqual([
      ["new_connection", "there is no upstream connection yet"],
      ["downstream_data", "10.1.0.10:8080"],
      ["upstream_data", "10.1.0.10:8080"],
      ["upstream_connection_close", "10.1.0.10:8080"],
      ["downstream_connection_close", "10.1.0.10:8080"],
      ["done", "10.1.0.10:8080"],
      ["log", "10.1.0.10:8080"],
      ["delete", "10.1.0.10:8080"],
    ]);
  });

  it("is told of every value that a statistic takes, the last one as the run's result has it", () => {
    const last = new Map<string, bigint>();
    let before = 0;
    const stat = (name: string, value: bigint, seq: number) => {
      expect(seq).toBeGreaterThanOrEqual(before);
      before = seq;
      last.set(name, value);
    };
    const events = play({ stat }, counter);
    expect(before).toBeLessThanOrEqual(events.length);
    expect(last.get("wasmcustom.reads")).toBe(3n);
    expect(last).toEqual(stats);
  });

  it("ends the run by throwing", () => {
    const stop = new Error("enough");
    const observer = {
      hostCall: () => {
        throw stop;
      },
    };
    expect(() => play(observer)).toThrow(stop);
  });
});

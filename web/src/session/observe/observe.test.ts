import { describe, expect, it } from "vitest";
import { lastChange } from "../../trace/observation.ts";
import { document, guest, play } from "../../trace/problems/testModule.ts";
import { memoryBlocks } from "./memoryBlocks.ts";
import { observe } from "./observe.ts";

const reader = `(func (export "proxy_on_new_connection") (param i32) (result i32)
  (drop (call $get_property @"source\\00address" (i32.const 40) (i32.const 44)))
  (drop (call $define (i32.const 1) @"gauge" (i32.const 48)))
  (drop (call $record (i32.load (i32.const 48)) (i64.const 7)))
  (drop (call $record (i32.load (i32.const 48)) (i64.const 9)))
  (i32.const 0))`;
const run = async () => ({ wasm: await guest(reader), document, libraries: undefined });
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("observe", () => {
  it("answers the memory that a call read and wrote, before and after", async () => {
    const again = await run();
    const { events } = play(again.wasm);
    const call = events.find(
      (it) => it.kind === "hostCall" && it.name === "proxy_get_property" && it.vm === "worker",
    );
    const [path, out] = call?.kind === "hostCall" ? call.args : [];
    const result = call?.kind === "hostCall" ? call.results[0]?.value : undefined;
    if (path?.value.kind !== "propertyPath" || result?.kind !== "bytes") throw new Error("no read");
    const answer = observe(again, {
      kind: "memory",
      seq: call?.seq ?? 0,
      ranges: [path.value, { pointer: 40, length: 8 }],
    });
    if (answer.kind !== "memory") throw new Error(answer.kind);
    const byte = (side: "before" | "after", address: number, length: number) => {
      const block = answer.blocks.find(
        (it) => it.address <= address && address + length <= it.address + it.before.length,
      );
      return block?.[side]?.subarray(address - block.address, address - block.address + length);
    };
    expect(out?.value).toEqual({ kind: "out", pointers: [40, 44] });
    expect(text(byte("before", path.value.pointer, 14))).toBe("source\0address");
    // What the host wrote is found without being asked for: it changed.
    expect(text(byte("after", result.pointer, 15))).toBe("10.0.0.42:51324");
    expect(text(byte("before", result.pointer, 15))).not.toBe("10.0.0.42:51324");
    expect(
      new DataView(byte("after", 40, 4)?.slice().buffer ?? new ArrayBuffer(4)).getUint32(0, true),
    ).toBe(result.pointer);
    expect(answer.size).toBe(16 * 65536);
  });

  it("answers properties at each callback, and those that the run has not are assumed", async () => {
    const again = await run();
    const steps = [{ downstream: "hello" as const }];
    const [connection] = document.connections;
    if (!connection) throw new Error("a connection");
    const tcpProxy = { cluster: "egress1" };
    const changed = { ...document, tcpProxy, connections: [{ ...connection, steps }] };
    const answer = observe({ ...again, document: changed }, { kind: "properties", connection: 0 });
    if (answer.kind !== "properties") throw new Error(answer.kind);
    const at = (callback: string, path: string) =>
      answer.phases.find((it) => it.callback === callback)?.values[answer.paths.indexOf(path)];
    expect(text(at("proxy_on_new_connection", "source\0address")?.value)).toBe("10.0.0.42:51324");
    expect(at("proxy_on_new_connection", "upstream\0address")?.absent).toContain("no upstream");
    expect(text(at("proxy_on_downstream_data", "upstream\0address")?.value)).toBe("10.1.0.11:8080");
    const assumed = answer.phases.filter(({ isAssumed }) => isAssumed).map((it) => it.callback);
    expect(assumed).toContain("proxy_on_upstream_data");
    expect(assumed).not.toContain("proxy_on_downstream_data");
  });

  it("answers every value of a statistic, with the call that made it", async () => {
    const again = await run();
    const { events } = play(again.wasm);
    const answer = observe(again, { kind: "stats" });
    if (answer.kind !== "stats") throw new Error(answer.kind);
    const changes = answer.stats.get("wasmcustom.gauge") ?? [];
    expect(changes.map(({ value }) => value)).toEqual([0n, 7n, 9n]);
    const names = changes.map(({ seq }) => events.find((it) => it.seq === seq));
    expect(names).toMatchObject([
      { name: "proxy_define_metric" },
      { name: "proxy_record_metric" },
      { name: "proxy_record_metric" },
    ]);
    expect([...answer.stats.keys()].some((name) => name.startsWith("tcp."))).toBe(true);
  });

  it("says when the run never comes to the call", async () => {
    const again = await run();
    expect(() => observe(again, { kind: "memory", seq: 999_999, ranges: [] })).toThrow(
      /did not come/,
    );
  });
});

describe("memoryBlocks", () => {
  it("shows whole lines of what is named and of what changed, and nothing else", () => {
    const before = new Uint8Array(1024);
    const after = before.slice();
    after[700] = 1;
    const blocks = memoryBlocks(before, after, [{ pointer: 20, length: 4 }]);
    expect(blocks.map(({ address, before }) => [address, before.length])).toEqual([
      [16, 16],
      [688, 16],
    ]);
  });
  it("takes ranges beyond the end, and a memory that grew", () => {
    expect(memoryBlocks(new Uint8Array(32), undefined, [{ pointer: 24, length: 100 }])).toEqual([
      { address: 16, before: new Uint8Array(16) },
    ]);
    const grown = new Uint8Array(64).fill(1, 60);
    const [block] = memoryBlocks(new Uint8Array(32), grown, []);
    expect(block).toMatchObject({ address: 48, before: new Uint8Array(16) });
    expect(memoryBlocks(new Uint8Array(32), undefined, [{ pointer: 4e9, length: 8 }])).toEqual([]);
  });
});

describe("lastChange", () => {
  const changes = [{ seq: 3 }, { seq: 5 }, { seq: 9 }];
  it.each([
    [undefined, 9],
    [2, undefined],
    [3, 3],
    [8, 5],
    [100, 9],
  ])("at the playhead %s", (cursor, seq) => {
    expect(lastChange(changes, cursor)?.seq).toBe(seq);
  });
});

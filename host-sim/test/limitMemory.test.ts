import { expect, it } from "vitest";
import { compileWat } from "../parity/wat.ts";
import { limitMemory } from "../src/wasm/limitMemory.ts";

/** Grows a module's memory to its size `pages`; answers what memory.grow says. */
async function grow(declaration: string, pages: number): Promise<number> {
  const wasm = await compileWat(
    "grow.wat",
    `(module (memory (export "memory") ${declaration})
       (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
  );
  const { bytes } = limitMemory(wasm);
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>),
  );
  return (exports["grow"] as (pages: number) => number)(pages - 1);
}

it.each([
  ["1", 16384, 1],
  ["1", 16385, -1],
  ["1 65536", 16384, 1],
  ["1 65536", 16385, -1],
  ["1 2", 2, 1],
  ["1 2", 3, -1],
])("a memory of %s pages grown to %i answers %i", async (declaration, pages, answer) => {
  expect(await grow(declaration, pages)).toBe(answer);
});

it("moves only what comes after the memory, and says how far", async () => {
  const wasm = await compileWat("m.wat", `(module (memory 1) (func (export "f") unreachable))`);
  const { bytes, shift } = limitMemory(wasm);
  expect(bytes.length - wasm.length).toBe(shift);
  expect(shift).toBeGreaterThan(0);
  expect([...bytes.slice(-6)]).toEqual([...wasm.slice(-6)]);
});

it.each([
  ["no memory", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
  ["cut short", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 9, 1)],
  ["no module", Uint8Array.of(1, 2, 3)],
])("leaves a module alone that has %s", (_, bytes) => {
  expect(limitMemory(bytes)).toEqual({ bytes, shift: 0 });
});

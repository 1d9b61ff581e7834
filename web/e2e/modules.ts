/** Modules that the tests drop on the page, compiled from WebAssembly text. */
import createWabt from "wabt";

const wabt = createWabt();

/** Compiles WebAssembly text; throws with wabt's message. */
export async function compile(text: string): Promise<Buffer> {
  const module = (await wabt).parseWat("test.wat", text);
  try {
    module.resolveNames();
    return Buffer.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

const base = `
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))`;

/** Envoy loads it; it decides nothing. */
export const idle = `(module ${base}
  (func (export "proxy_on_new_connection") (param i32) (result i32) (i32.const 0)))`;

/** It traps in its first callback of a connection. */
export const trapping = `(module ${base}
  (func (export "proxy_on_new_connection") (param i32) (result i32) (unreachable)))`;

/** It imports a function of a mistyped name. */
export const mistyped = `(module
  (import "env" "proxy_log" (func (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_propperty" (func (param i32 i32 i32 i32) (result i32)))
  ${base})`;

/** It imports a function with a parameter too many. */
export const otherType = `(module
  (import "env" "proxy_log" (func (param i32 i32 i32 i32) (result i32)))
  ${base})`;

/** Accepted, with a start section and without a filter's callbacks. */
export const doubtful = `(module ${base}
  (func $start)
  (start $start))`;

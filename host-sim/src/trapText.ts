/** Traps in Envoy's words, whatever engine ran the guest. */
import { HostCallTrap } from "./hostCallTrap.ts";
import type { StackFrame } from "./trace.ts";

/** Envoy asks V8 for this many frames (verified with 1.40). */
const MAX_FRAMES = 20;

/**
 * Patterns of V8 in Node and Chromium, SpiderMonkey and JavaScriptCore, and the text of Envoy's V8.
 * Order matters: the first that matches.
 */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/unreachable/i, "unreachable"],
  [
    /table index is out of bounds|table.*out of bounds|out of bounds call_indirect/i,
    "table index is out of bounds",
  ],
  [
    /signature|null function|indirect call to null|null table entry/i,
    "function signature mismatch",
  ],
  [
    /memory access out of bounds|out of bounds memory|^index out of bounds/i,
    "memory access out of bounds",
  ],
  [/remainder by zero/i, "remainder by zero"],
  [/divi(?:de|sion) by zero/i, "divide by zero"],
  [/divide result unrepresentable|integer overflow/i, "divide result unrepresentable"],
  [/float unrepresentable|trunc|conversion to integer/i, "float unrepresentable in integer range"],
];

/** The text after `Function: NAME failed: `, as Envoy logs it. */
export function trapMessage(error: Error): string {
  if (error instanceof HostCallTrap) return error.message;
  if (error instanceof RangeError || error.name === "InternalError") {
    return "Uncaught RangeError: Maximum call stack size exceeded";
  }
  const known = TEXTS.find(([pattern]) => pattern.test(error.message));
  return `Uncaught RuntimeError: ${known ? known[1] : error.message}`;
}

/**
 * The guest's frames, innermost first, from the engine's stack: V8, SpiderMonkey and JavaScriptCore
 * all write `wasm-function[INDEX]` followed by the byte offset where they know it.
 */
export function framesOf(
  error: Error,
  names: ReadonlyMap<number, string>,
  shift: number,
): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const [, index, offset] of (error.stack ?? "").matchAll(
    /wasm-function\[(\d+)\](?::(0x[0-9a-f]+))?/g,
  )) {
    const functionIndex = Number(index);
    const name = names.get(functionIndex);
    frames.push({
      functionIndex,
      offset: offset === undefined ? 0 : Number(offset) - shift,
      ...(name === undefined ? {} : { name }),
    });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}

/** Where the words of a host call lie, worked out once from its declaration. */
import type { Slice } from "../memory.ts";
import type { Hostcall } from "./define.ts";

/** Kinds of parameters and results as small numbers: they are looked at in each host call. */
export const U32 = 0;
export const I64 = 1;
export const ENUM = 2;
export const SLICE = 3;
export const U32_OUT = 4;
export const U64_OUT = 5;
export const BYTES_OUT = 6;

export interface ParamPlace {
  readonly name: string;
  readonly kind: number;
  /** First of its words, or its only one. */
  readonly at: number;
  /** Of an enum. */
  readonly max: number;
}

export interface ResultPlace {
  readonly name: string;
  readonly kind: number;
  readonly at: number;
}

export interface Layout {
  readonly params: readonly ParamPlace[];
  readonly results: readonly ResultPlace[];
  /** Makes what a handler gets as its arguments, of the words where each call leaves them. */
  readonly argsOf: (words: Int32Array, i64s: readonly bigint[], slices: readonly Slice[]) => object;
}

const kinds = {
  u32: U32,
  i64: I64,
  enum: ENUM,
  bytes: SLICE,
  string: SLICE,
  propertyPath: SLICE,
  u32Out: U32_OUT,
  u64Out: U64_OUT,
  bytesOut: BYTES_OUT,
} as const;

const wordsOf = (kind: number): number => (kind === SLICE || kind === BYTES_OUT ? 2 : 1);

const layouts = new Map<Hostcall, Layout>();

export function layoutOf(hostcall: Hostcall): Layout {
  let layout = layouts.get(hostcall);
  if (!layout) layouts.set(hostcall, (layout = makeLayout(hostcall)));
  return layout;
}

function makeLayout(hostcall: Hostcall): Layout {
  let next = 0;
  const place = <Kind extends { readonly kind: keyof typeof kinds }>([name, it]: [
    string,
    Kind,
  ]) => {
    const kind = kinds[it.kind];
    const at = next;
    next += wordsOf(kind);
    return { name, kind, at };
  };
  const params = Object.entries(hostcall.params).map((entry): ParamPlace => {
    const [, kind] = entry;
    return { ...place(entry), max: kind.kind === "enum" ? kind.max : 0 };
  });
  const results = Object.entries(hostcall.results).map(place);
  return { params, results, argsOf: argsMaker(params) };
}

const WORDS = Symbol("words");
const I64S = Symbol("i64s");
interface Args {
  readonly [WORDS]: Int32Array;
  readonly [I64S]: readonly bigint[];
}

/**
 * Numbers are getters, which read the call's words: nothing is written at a call, and all arguments
 * of one host function have the same shape, so that the engine makes plain reads of them.
 */
function argsMaker(params: readonly ParamPlace[]): Layout["argsOf"] {
  const numbers = {};
  for (const { name, kind, at } of params) {
    if (kind === SLICE) continue;
    const get =
      kind === I64
        ? function (this: Args) {
            return this[I64S][at] ?? 0n;
          }
        : function (this: Args) {
            return (this[WORDS][at] ?? 0) >>> 0;
          };
    Object.defineProperty(numbers, name, { get });
  }
  const names = params.filter(({ kind }) => kind === SLICE).map(({ name }) => name);
  return (words, i64s, slices) => {
    const args = Object.create(numbers) as Record<string | symbol, unknown>;
    args[WORDS] = words;
    args[I64S] = i64s;
    for (const [i, name] of names.entries()) args[name] = slices[i];
    return args;
  };
}

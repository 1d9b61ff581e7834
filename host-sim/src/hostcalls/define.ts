/**
 * A host function is declared once. Its import and wasm type, the checks of its arguments, what the
 * trace shows of it and its row in the conformance table all come from that declaration.
 */
import type { AbiVersion, Status, WasmSignature, WasmType } from "../abi.ts";
import type { Slice } from "../memory.ts";
import type { HostContext } from "./hostContext.ts";

/** A parameter: what the guest passes, in one or two wasm words. */
export type ParamKind =
  | { readonly kind: "u32" }
  | { readonly kind: "i64" }
  /** A number of a table; others are BadArgument before anything else is looked at. */
  | {
      readonly kind: "enum";
      readonly table: Readonly<Record<string, number>>;
      readonly max: number;
    }
  /** Pointer and length; a range outside of the memory is InvalidMemoryAccess. */
  | { readonly kind: "bytes" | "string" | "propertyPath" };

/** A result: where the guest wants it written. */
export type ResultKind =
  | { readonly kind: "u32Out" }
  | { readonly kind: "u64Out" }
  /** Two words. The host calls the guest's allocator and writes pointer and length; text as UTF-8. */
  | { readonly kind: "bytesOut" };

export const u32 = { kind: "u32" } as const;
export const i64 = { kind: "i64" } as const;
export const bytes = { kind: "bytes" } as const;
export const string = { kind: "string" } as const;
export const propertyPath = { kind: "propertyPath" } as const;
export const enumOf = (table: Readonly<Record<string, number>>) =>
  ({ kind: "enum", table, max: Math.max(...Object.values(table)) }) as const;
/** As enumOf, but any number is passed on: the handler checks it later, as Envoy does. */
export const nameIn = (table: Readonly<Record<string, number>>) =>
  ({ kind: "enum", table, max: 0xffffffff }) as const;
export const u32Out = { kind: "u32Out" } as const;
export const u64Out = { kind: "u64Out" } as const;
export const bytesOut = { kind: "bytesOut" } as const;

type ArgOf<K> = K extends { kind: "u32" | "enum" }
  ? number
  : K extends { kind: "i64" }
    ? bigint
    : Slice;
type ResultOf<K> = K extends { kind: "u32Out" }
  ? number
  : K extends { kind: "u64Out" }
    ? bigint
    : Uint8Array | string;

type Args<P> = { readonly [K in keyof P]: ArgOf<P[K]> };
type Results<R> = { readonly [K in keyof R]: ResultOf<R[K]> };
type ErrorStatus = Exclude<Status, typeof Status.Ok>;
/**
 * What a handler answers. With results declared, a bare Ok does not compile: a host that answers Ok
 * without them makes guests free what they never got.
 */
type Answer<R, E> = string extends keyof R
  ? Status // no results declared
  : ErrorStatus | (E extends true ? Results<R> & { readonly status: Status } : Results<R>);

type Params = Readonly<Record<string, ParamKind>>;
type ResultKinds = Readonly<Record<string, ResultKind>>;

/** How far this version is with a host function; shown in the conformance table. */
export type Coverage = "modelled" | "partly" | "notModelled";

export interface Hostcall {
  readonly module: "env" | "wasi";
  readonly name: string;
  /** The ABI versions that have the function; absent: all. */
  readonly abis?: readonly AbiVersion[];
  readonly params: Params;
  readonly results: ResultKinds;
  /** `status` and `errno` are one i32; `void` is no result. */
  readonly returns: "status" | "errno" | "void" | "number";
  /** Results come with a status of their own: Envoy writes them even on an error. */
  readonly resultsOnError?: boolean;
  readonly coverage: Coverage;
  /** For the conformance table: what is not modelled, or a quirk worth knowing. */
  readonly remark?: string;
  readonly signature: WasmSignature;
  // Erased: `defineHostcall` has checked the handler against params and results.
  readonly handle: (args: never, context: HostContext) => number | Record<string, unknown> | void;
}

interface Declaration<P extends Params, R extends ResultKinds, E extends boolean> {
  readonly name: string;
  readonly abis?: readonly AbiVersion[];
  readonly params?: P;
  readonly results?: R;
  readonly resultsOnError?: E;
  readonly coverage?: Coverage;
  readonly remark?: string;
  /** `context` is the effective context: the current one unless the guest has chosen another. */
  readonly handle: (args: Args<P>, context: HostContext) => Answer<R, E>;
}

/** Declares a function of module `env` that answers a status (proxy-wasm-cpp-host exports.cc). */
export function defineHostcall<
  const P extends Params = Record<never, never>,
  const R extends ResultKinds = Record<never, never>,
  const E extends boolean = false,
>(declaration: Declaration<P, R, E>): Hostcall {
  return complete(
    "env",
    "status",
    declaration.params ?? {},
    declaration.results ?? {},
    declaration,
  );
}

interface RawDeclaration<P extends Params> {
  readonly name: string;
  readonly params: P;
  readonly coverage?: Coverage;
  readonly remark?: string;
}

/** Declares a WASI function, answering an errno; addresses are plain words to it. */
export function defineWasi<const P extends Params>(
  declaration: RawDeclaration<P> & {
    readonly handle: (args: Args<P>, context: HostContext) => number;
  },
): Hostcall {
  return complete("wasi", "errno", declaration.params, {}, declaration);
}

/** Declares a function with neither status nor errno. */
export function defineRaw<const P extends Params>(
  declaration: RawDeclaration<P> & {
    readonly module: "env" | "wasi";
    readonly returns: "void" | "number";
    readonly handle: (args: Args<P>, context: HostContext) => number | void;
  },
): Hostcall {
  return complete(declaration.module, declaration.returns, declaration.params, {}, declaration);
}

function complete(
  module: Hostcall["module"],
  returns: Hostcall["returns"],
  params: Params,
  results: ResultKinds,
  declaration: {
    readonly name: string;
    readonly abis?: readonly AbiVersion[];
    readonly resultsOnError?: boolean;
    readonly coverage?: Coverage;
    readonly remark?: string;
    readonly handle: (args: never, context: HostContext) => unknown;
  },
): Hostcall {
  const words: WasmType[] = [];
  for (const { kind } of Object.values(params)) {
    if (kind === "i64") words.push("i64");
    else if (kind === "u32" || kind === "enum") words.push("i32");
    else words.push("i32", "i32");
  }
  for (const { kind } of Object.values(results)) {
    words.push("i32");
    if (kind === "bytesOut") words.push("i32");
  }
  return {
    module,
    returns,
    params,
    results,
    coverage: "modelled",
    ...(declaration as Omit<typeof declaration, "handle"> & Pick<Hostcall, "handle">),
    signature: { params: words, results: returns === "void" ? [] : ["i32"] },
  };
}

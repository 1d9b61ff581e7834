/** Parts of the simulator that few modules need, so that nobody pays for them unasked. */

import type { Callouts } from "./callouts.ts";
import type { resolveDns } from "./dns.ts";
import type { sign, verifySignature } from "./envoy/signatures.ts";
import type { createExpression } from "./expressions.ts";

/** compress and uncompress of zlib streams. */
export interface Zlib {
  compress(data: Uint8Array): Uint8Array;
  /** Undefined where zlib fails. */
  uncompress(data: Uint8Array): Uint8Array | undefined;
}

/** Signatures with RSA and EC keys. Both take the bytes of the arguments message. */
export interface Signatures {
  readonly verifySignature: typeof verifySignature;
  readonly sign: typeof sign;
}

/** Calls to clusters over HTTP and gRPC, and to name servers. */
export interface Calls {
  readonly Callouts: typeof Callouts;
  readonly resolveDns: typeof resolveDns;
}

/** CEL. */
export interface Expressions {
  readonly create: typeof createExpression;
}

export interface Libraries {
  readonly zlib?: Zlib;
  readonly signatures?: Signatures;
  readonly calls?: Calls;
  readonly expressions?: Expressions;
}

const callImports = ["proxy_http_call", "proxy_grpc_", "envoy_resolve_dns"];

/**
 * Loads what a module may need: its bytes mention the functions by name. Pass the result to
 * `simulate`, which cannot wait for it. Without it those functions answer that they are not modelled.
 */
export async function loadLibraries(wasm: Uint8Array): Promise<Libraries> {
  const callsForeign = mentions(wasm, "proxy_call_foreign_function");
  const mayCall = (name: string) => callsForeign && mentions(wasm, name);
  return {
    ...(mayCall("compress") && { zlib: (await import("./zlib.ts")).zlib }),
    ...(callImports.some((name) => mentions(wasm, name)) && { calls: await import("./calls.ts") }),
    ...(mayCall("expr_create") && {
      expressions: { create: (await import("./expressions.ts")).createExpression },
    }),
    // Also in "verify_signature".
    ...(mayCall("sign") && { signatures: await import("./envoy/signatures.ts") }),
  };
}

/** As UTF-8, or as UTF-16, in which AssemblyScript keeps texts. */
function mentions(wasm: Uint8Array, text: string): boolean {
  const wanted = new TextEncoder().encode(text);
  const [first = 0] = wanted;
  const isAt = (at: number, step: number) =>
    wanted.every((byte, i) => wasm[at + i * step] === byte);
  for (let at = wasm.indexOf(first); at >= 0; at = wasm.indexOf(first, at + 1)) {
    if (isAt(at, 1) || isAt(at, 2)) return true;
  }
  return false;
}

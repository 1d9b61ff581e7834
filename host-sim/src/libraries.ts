/** Parts of the simulator that few modules need, so that nobody pays for them unasked. */

import type { createExpression } from "./expressions.ts";
import type { serve } from "./grpcServer.ts";

/** compress and uncompress of zlib streams. */
export interface Zlib {
  compress(data: Uint8Array): Uint8Array;
  /** Undefined where zlib fails. */
  uncompress(data: Uint8Array): Uint8Array | undefined;
}

/** What verify_signature and sign answer without any cryptography. */
export interface Signatures {
  /** Bytes of the result message; `needsKey`: Envoy would use the key. */
  check(
    name: "verify_signature" | "sign",
    data: Uint8Array,
  ): Uint8Array | "badArgument" | "needsKey";
}

/** Servers that answer gRPC as a scenario says. */
export interface GrpcServers {
  readonly serve: typeof serve;
}

/** CEL. */
export interface Expressions {
  readonly create: typeof createExpression;
}

export interface Libraries {
  readonly zlib?: Zlib;
  readonly signatures?: Signatures;
  readonly grpc?: GrpcServers;
  readonly expressions?: Expressions;
}

/**
 * Loads what a module may need: its bytes mention the functions by name. Pass the result to
 * `simulate`, which cannot wait for it. Without it those functions answer that they are not modelled.
 */
export async function loadLibraries(wasm: Uint8Array): Promise<Libraries> {
  return {
    ...(mentions(wasm, "compress") && { zlib: (await import("./zlib.ts")).zlib }),
    ...(mentions(wasm, "proxy_grpc_") && { grpc: await import("./grpcServer.ts") }),
    ...(mentions(wasm, "expr_create") && {
      expressions: { create: (await import("./expressions.ts")).createExpression },
    }),
    // Also in "verify_signature".
    ...(mentions(wasm, "sign") && {
      signatures: { check: (await import("./envoy/signatures.ts")).checkSignatureArguments },
    }),
  };
}

function mentions(wasm: Uint8Array, text: string): boolean {
  const wanted = new TextEncoder().encode(text);
  const [first = 0] = wanted;
  for (let at = wasm.indexOf(first); at >= 0; at = wasm.indexOf(first, at + 1)) {
    if (wanted.every((byte, i) => wasm[at + i] === byte)) return true;
  }
  return false;
}

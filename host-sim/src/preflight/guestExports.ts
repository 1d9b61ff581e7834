/**
 * The exports that Envoy looks up in a module, in its order, with the types it demands.
 * Source: proxy-wasm-cpp-host src/wasm.cc getFunctions, include/proxy-wasm/wasm.h
 * FOR_ALL_MODULE_FUNCTIONS and wasm_vm.h; Envoy source/extensions/common/wasm/wasm.cc getFunctions.
 */
import type { AbiVersion, WasmSignature, WasmType } from "../abi.ts";

/** `words` i32 parameters; a result of i32 or none. */
function signature(words: number, result?: WasmType): WasmSignature {
  return {
    params: Array.from({ length: words }, (): WasmType => "i32"),
    results: result ? [result] : [],
  };
}

export const START_FUNCTIONS = {
  _initialize: signature(0),
  main: signature(2, "i32"),
  __main_void: signature(0, "i32"),
  _start: signature(0),
} as const;

/** The allocator, then its older name. */
export const ALLOCATORS = ["malloc", "proxy_on_memory_allocate"] as const;
export const ALLOCATOR_SIGNATURE = signature(1, "i32");

const CALLBACKS: Readonly<Record<string, WasmSignature>> = {
  proxy_validate_configuration: signature(2, "i32"),
  proxy_on_vm_start: signature(2, "i32"),
  proxy_on_configure: signature(2, "i32"),
  proxy_on_tick: signature(1),
  proxy_on_context_create: signature(2),
  proxy_on_new_connection: signature(1, "i32"),
  proxy_on_downstream_data: signature(3, "i32"),
  proxy_on_upstream_data: signature(3, "i32"),
  proxy_on_downstream_connection_close: signature(2),
  proxy_on_upstream_connection_close: signature(2),
  proxy_on_request_body: signature(3, "i32"),
  proxy_on_request_trailers: signature(2, "i32"),
  proxy_on_request_metadata: signature(2, "i32"),
  proxy_on_response_body: signature(3, "i32"),
  proxy_on_response_trailers: signature(2, "i32"),
  proxy_on_response_metadata: signature(2, "i32"),
  proxy_on_http_call_response: signature(5),
  proxy_on_grpc_receive: signature(3),
  proxy_on_grpc_close: signature(3),
  proxy_on_grpc_receive_initial_metadata: signature(3),
  proxy_on_grpc_receive_trailing_metadata: signature(3),
  proxy_on_queue_ready: signature(2),
  proxy_on_done: signature(1, "i32"),
  proxy_on_log: signature(1),
  proxy_on_delete: signature(1),
};
const ENVOY_CALLBACKS: Readonly<Record<string, WasmSignature>> = {
  envoy_on_resolve_dns: signature(3),
  envoy_on_stats_update: signature(2),
};

/** Name and demanded type of every callback, in the order in which Envoy checks them. */
export function callbacksOf(abi: AbiVersion): ReadonlyMap<string, WasmSignature> {
  const headers = signature(abi === "0.1.0" ? 2 : 3, "i32");
  return new Map([
    ...Object.entries(CALLBACKS),
    ["proxy_on_request_headers", headers],
    ["proxy_on_response_headers", headers],
    ...(abi === "0.1.0" ? [] : [["proxy_on_foreign_function", signature(3)] as const]),
    ...Object.entries(ENVOY_CALLBACKS),
  ]);
}

const NETWORK = /^proxy_on_(?:new_connection|(?:down|up)stream_(?:data|connection_close))$/;
const HTTP = /^proxy_on_(?:request|response)_(?:headers|body|trailers|metadata)$/;

export type FilterKind = "network" | "http" | "both" | "none";

/** What kind of filter the exported callbacks make. */
export function filterKindOf(exportNames: readonly string[]): FilterKind {
  const network = exportNames.some((name) => NETWORK.test(name));
  const http = exportNames.some((name) => HTTP.test(name));
  if (network) return http ? "both" : "network";
  return http ? "http" : "none";
}

const stream = ["context", "size", "end_of_stream"];

/**
 * What each callback that Envoy makes on TCP is given, in order, by name; all are 32-bit words
 * (proxy-wasm ABI 0.2.1; Envoy source/extensions/common/wasm/wasm.cc for those of Envoy's own).
 */
export const callbackParameters: Readonly<Record<string, readonly string[]>> = {
  proxy_on_context_create: ["context", "parent"],
  proxy_on_vm_start: ["context", "configuration_size"],
  proxy_on_configure: ["context", "configuration_size"],
  proxy_on_tick: ["context"],
  proxy_on_queue_ready: ["context", "queue"],
  proxy_on_new_connection: ["context"],
  proxy_on_downstream_data: stream,
  proxy_on_upstream_data: stream,
  proxy_on_downstream_connection_close: ["context", "peer"],
  proxy_on_upstream_connection_close: ["context", "peer"],
  proxy_on_done: ["context"],
  proxy_on_log: ["context"],
  proxy_on_delete: ["context"],
  proxy_on_http_call_response: ["context", "call", "headers", "body_size", "trailers"],
  proxy_on_grpc_receive_initial_metadata: ["context", "call", "headers"],
  proxy_on_grpc_receive: ["context", "call", "size"],
  proxy_on_grpc_receive_trailing_metadata: ["context", "call", "trailers"],
  proxy_on_grpc_close: ["context", "call", "status"],
  envoy_on_resolve_dns: ["context", "token", "size"],
};

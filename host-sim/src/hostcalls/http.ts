/** HTTP: spec chapters "HTTP fields", "HTTP calls", "gRPC calls"; exports.cc. */
import { HeaderMapType, Status } from "../abi.ts";
import { bytes, bytesOut, defineHostcall, enumOf, string, u32, u32Out } from "./define.ts";
import { readPairs } from "./pairs.ts";

const type = enumOf(HeaderMapType);
const noMap = "A TCP connection has no headers: BadArgument, as in Envoy.";

/** Envoy on a TCP connection: maps 0–3 have no stream, 4–7 no call under way. */
function refuse(context: { readonly vm: { note(text: string): void } }) {
  context.vm.note(noMap);
  return Status.BadArgument;
}

export const headerMaps = [
  defineHostcall({
    name: "proxy_get_header_map_value",
    params: { type, key: string },
    results: { value: bytesOut },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_add_header_map_value",
    params: { type, key: string, value: string },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_replace_header_map_value",
    params: { type, key: string, value: string },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_remove_header_map_value",
    params: { type, key: string },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_get_header_map_pairs",
    params: { type },
    results: { pairs: bytesOut },
    remark: "Empty on a TCP connection, as in Envoy.",
    handle: () => ({ pairs: new Uint8Array(0) }),
  }),
  defineHostcall({
    name: "proxy_set_header_map_pairs",
    params: { type, pairs: bytes },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_get_header_map_size",
    params: { type },
    results: { size: u32Out },
    remark: noMap,
    handle: (_, context) => refuse(context),
  }),
];

export const calls = [
  defineHostcall({
    name: "proxy_http_call",
    params: {
      cluster: string,
      headers: bytes,
      body: bytes,
      trailers: bytes,
      timeout: u32,
      tokenPointer: u32,
    },
    coverage: "partly",
    remark: "Envoy's checks are modelled; no cluster of a scenario answers HTTP yet.",
    handle({ cluster, headers, body, trailers, timeout, tokenPointer }, context) {
      const { memory } = context.vm;
      // Envoy writes a zero first, to be sure of the pointer before anything is sent.
      if (!memory.writeU32(tokenPointer, 0)) return Status.InvalidMemoryAccess;
      const { status, token } = context.httpCall({
        cluster: cluster.text(),
        headers: readPairs(headers.view()),
        body: body.copy(),
        trailers: readPairs(trailers.view()),
        timeoutMs: timeout | 0,
      });
      memory.writeU32(tokenPointer, token);
      return status;
    },
  }),
  defineHostcall({
    name: "proxy_grpc_call",
    params: {
      service: bytes,
      serviceName: string,
      method: string,
      initialMetadata: bytes,
      message: bytes,
      timeout: u32,
      tokenPointer: u32,
    },
    coverage: "partly",
    remark: "Only the refusal of an unknown cluster is modelled.",
    handle: ({ service }, context) => context.grpcService(service.copy()),
  }),
  defineHostcall({
    name: "proxy_grpc_stream",
    params: {
      service: bytes,
      serviceName: string,
      method: string,
      initialMetadata: bytes,
      tokenPointer: u32,
    },
    coverage: "partly",
    remark: "Only the refusal of an unknown cluster is modelled.",
    handle: ({ service }, context) => context.grpcService(service.copy()),
  }),
  defineHostcall({
    name: "proxy_grpc_send",
    params: { token: u32, message: bytes, endStream: u32 },
    remark: "No stream can have been opened: NotFound, or BadArgument for another kind of token.",
    handle: ({ token }) => (isStream(token) ? Status.NotFound : Status.BadArgument),
  }),
  defineHostcall({
    name: "proxy_grpc_cancel",
    params: { token: u32 },
    handle: ({ token }) => (isCallout(token) ? Status.NotFound : Status.BadArgument),
  }),
  defineHostcall({
    name: "proxy_grpc_close",
    params: { token: u32 },
    handle: ({ token }) => (isCallout(token) ? Status.NotFound : Status.BadArgument),
  }),
];

/** Low bits of a callout id: 0 HTTP, 1 gRPC call, 2 gRPC stream (proxy-wasm-cpp-host wasm.h). */
const isStream = (token: number) => (token & 3) === 2;
const isCallout = (token: number) => (token & 3) === 1 || (token & 3) === 2;

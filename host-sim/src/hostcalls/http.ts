/** HTTP: spec chapters "HTTP fields", "HTTP calls", "gRPC calls"; exports.cc. */
import { HeaderMapType, Status } from "../abi.ts";
import { bytes, bytesOut, defineHostcall, enumOf, string, u32, u32Out } from "./define.ts";
import type { HostContext, Pairs } from "./hostContext.ts";
import { readPairs, writePairs } from "./pairs.ts";

const type = enumOf(HeaderMapType);
const readOnly = "BadArgument: a TCP connection has no headers, those of answers are read-only.";

function refuse(context: HostContext) {
  context.vm.note(readOnly);
  return Status.BadArgument;
}

const utf8 = new TextDecoder();
const noBytes = new Uint8Array(0);

/** The first value of a name; names are compared in lower case. */
function findValue(map: Pairs, name: string): Uint8Array | undefined {
  const lower = name.toLowerCase();
  return map.find(([key]) => utf8.decode(key) === lower)?.[1];
}

export const headerMaps = [
  defineHostcall({
    name: "proxy_get_header_map_value",
    params: { type, key: string },
    results: { value: bytesOut },
    remark: "Maps 4 to 7 exist in the callbacks of a call, others never on TCP.",
    handle({ type, key }, context) {
      const map = context.headerMap(type);
      if (!map) return refuse(context);
      const value = findValue(map, key.text());
      if (value) return { value };
      return context.vm.abi === "0.1.0" ? { value: noBytes } : Status.NotFound;
    },
  }),
  defineHostcall({
    name: "proxy_add_header_map_value",
    params: { type, key: string, value: string },
    remark: readOnly,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_replace_header_map_value",
    params: { type, key: string, value: string },
    remark: readOnly,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_remove_header_map_value",
    params: { type, key: string },
    remark: readOnly,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_get_header_map_pairs",
    params: { type },
    results: { pairs: bytesOut },
    remark: "Empty where there is no map, as in Envoy.",
    handle({ type }, context) {
      const map = context.headerMap(type) ?? [];
      return { pairs: map.length === 0 ? noBytes : writePairs(map) };
    },
  }),
  defineHostcall({
    name: "proxy_set_header_map_pairs",
    params: { type, pairs: bytes },
    remark: readOnly,
    handle: (_, context) => refuse(context),
  }),
  defineHostcall({
    name: "proxy_get_header_map_size",
    params: { type },
    results: { size: u32Out },
    remark: readOnly,
    handle: (_, context) => refuse(context),
  }),
];

const grpcRemark = "Answered by the scenario's `grpcReplies`, or by Envoy itself.";

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
    remark: "Answered by the scenario's `httpReplies`, or by Envoy itself.",
    handle({ cluster, headers, body, trailers, timeout, tokenPointer }, context) {
      const { memory } = context.vm;
      // Envoy writes a zero first, to be sure of the pointer before anything is sent.
      if (!memory.writeU32(tokenPointer, 0)) return Status.InvalidMemoryAccess;
      const { status, token = 0 } = context.httpCall({
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
    },
    results: { token: u32Out },
    remark: grpcRemark,
    handle({ service, timeout }, context) {
      const { status, token } = context.grpcCall({ service: service.copy(), timeoutMs: timeout });
      return token === undefined ? status : { token };
    },
  }),
  defineHostcall({
    name: "proxy_grpc_stream",
    params: {
      service: bytes,
      serviceName: string,
      method: string,
      initialMetadata: bytes,
    },
    results: { token: u32Out },
    remark: grpcRemark,
    handle({ service }, context) {
      const { status, token } = context.grpcStream({ service: service.copy(), timeoutMs: 0 });
      return token === undefined ? status : { token };
    },
  }),
  defineHostcall({
    name: "proxy_grpc_send",
    params: { token: u32, message: bytes, endStream: u32 },
    handle: ({ token, endStream }, context) => context.grpcSend(token, endStream !== 0),
  }),
  defineHostcall({
    name: "proxy_grpc_cancel",
    params: { token: u32 },
    handle: ({ token }, context) => context.grpcCancel(token),
  }),
  defineHostcall({
    name: "proxy_grpc_close",
    params: { token: u32 },
    handle: ({ token }, context) => context.grpcClose(token),
  }),
];

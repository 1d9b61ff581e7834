/** Stream control: spec chapter "Common stream operations"; exports.cc continue_stream, close_stream. */
import { Status, StreamType } from "../abi.ts";
import { bytes, defineHostcall, enumOf, u32 } from "./define.ts";
import { readPairs } from "./pairs.ts";

const type = enumOf(StreamType);

export const streams = [
  defineHostcall({
    name: "proxy_continue_stream",
    abis: ["0.2.0", "0.2.1"],
    params: { type },
    remark: "Deferred until the callback returns; Upstream is Unimplemented in Envoy.",
    handle: ({ type }, context) => context.continueStream(type),
  }),
  defineHostcall({
    name: "proxy_close_stream",
    abis: ["0.2.0", "0.2.1"],
    params: { type },
    remark:
      "Deferred until the callback returns; Upstream closes the downstream connection as well.",
    handle: ({ type }, context) => context.closeStream(type),
  }),
  defineHostcall({
    name: "proxy_continue_request",
    abis: ["0.1.0"],
    handle: (_, context) => context.continueStream(StreamType.Request),
  }),
  defineHostcall({
    name: "proxy_continue_response",
    abis: ["0.1.0"],
    handle: (_, context) => context.continueStream(StreamType.Response),
  }),
  defineHostcall({
    name: "proxy_send_local_response",
    params: { code: u32, details: bytes, body: bytes, headers: bytes, grpcStatus: u32 },
    remark: "No effect on a TCP connection, in Envoy as here.",
    handle({ headers }, context) {
      readPairs(headers.view());
      context.vm.note("Envoy answers Ok on a TCP connection and does nothing.");
      return Status.Ok;
    },
  }),
  defineHostcall({
    name: "proxy_clear_route_cache",
    abis: ["0.1.0"],
    remark: "No effect on a TCP connection, in Envoy as here.",
    handle(_, context) {
      context.vm.note("Envoy answers Ok on a TCP connection and does nothing.");
      return Status.Ok;
    },
  }),
];

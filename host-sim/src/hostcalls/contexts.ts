/** Contexts: spec chapter "Context lifecycle"; exports.cc set_effective_context, done, get_status. */
import { Status } from "../abi.ts";
import { bytesOut, defineHostcall, defineRaw, u32, u32Out } from "./define.ts";

export const contexts = [
  defineHostcall({
    name: "proxy_set_effective_context",
    params: { context: u32 },
    remark: "Holds until the callback returns; 0 means the current context.",
    handle: ({ context: id }, context) =>
      context.vm.setEffectiveContext(id) ? Status.Ok : Status.BadArgument,
  }),
  defineHostcall({ name: "proxy_done", handle: (_, context) => context.done() }),
  defineHostcall({
    name: "proxy_get_status",
    results: { code: u32Out, message: bytesOut },
    handle: (_, context) => context.callStatus(),
  }),
  defineRaw({
    module: "env",
    name: "pthread_equal",
    params: { left: u32, right: u32 },
    returns: "number",
    handle: ({ left, right }) => (left === right ? 1 : 0),
  }),
  defineRaw({
    module: "env",
    name: "emscripten_notify_memory_growth",
    params: { memory: u32 },
    returns: "void",
    handle: () => undefined,
  }),
];

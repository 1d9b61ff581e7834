/** Shared data and queues: spec chapters of that name; proxy-wasm-cpp-host shared_data.cc, shared_queue.cc. */
import { Status } from "../abi.ts";
import { bytes, bytesOut, defineHostcall, string, u32, u32Out } from "./define.ts";

export const sharedData = [
  defineHostcall({
    name: "proxy_get_shared_data",
    params: { key: string },
    results: { value: bytesOut, cas: u32Out },
    handle: ({ key }, context) => context.vm.getSharedData(key.text()) ?? Status.NotFound,
  }),
  defineHostcall({
    name: "proxy_set_shared_data",
    params: { key: string, value: bytes, cas: u32 },
    handle: ({ key, value, cas }, context) =>
      context.vm.setSharedData(key.text(), value.copy(), cas),
  }),
];

export const queues = [
  defineHostcall({
    name: "proxy_register_shared_queue",
    params: { name: string },
    results: { token: u32Out },
    handle: ({ name }, context) => ({ token: context.registerQueue(name.text()) }),
  }),
  defineHostcall({
    name: "proxy_resolve_shared_queue",
    params: { vmId: string, name: string },
    results: { token: u32Out },
    handle({ vmId, name }, context) {
      const token = context.vm.resolveQueue(vmId.text(), name.text());
      return token === undefined ? Status.NotFound : { token };
    },
  }),
  defineHostcall({
    name: "proxy_dequeue_shared_queue",
    params: { token: u32 },
    results: { data: bytesOut },
    handle({ token }, context) {
      const data = context.vm.dequeue(token);
      if (data === undefined) return Status.NotFound;
      return data === "empty" ? Status.Empty : { data };
    },
  }),
  defineHostcall({
    name: "proxy_enqueue_shared_queue",
    params: { token: u32, data: bytes },
    handle: ({ token, data }, context) => context.vm.enqueue(token, data.copy()),
  }),
];

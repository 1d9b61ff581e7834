/** Buffers: spec chapter "Buffers"; exports.cc get_buffer_bytes, get_buffer_status, set_buffer_bytes. */
import { BufferType, Status } from "../abi.ts";
import { bytesOut, defineHostcall, enumOf, u32, u32Out } from "./define.ts";

const empty = new Uint8Array(0);
const type = enumOf(BufferType);

export const buffers = [
  defineHostcall({
    name: "proxy_get_buffer_bytes",
    params: { type, start: u32, length: u32 },
    results: { bytes: bytesOut },
    handle({ type, start, length }, context) {
      const buffer = context.buffer(type);
      if (!buffer) return Status.NotFound;
      const end = Math.min(start + length, buffer.length);
      return { bytes: start >= end ? empty : buffer.slice(start, end) };
    },
  }),
  defineHostcall({
    name: "proxy_get_buffer_status",
    params: { type },
    results: { length: u32Out, flags: u32Out },
    handle({ type }, context) {
      const buffer = context.buffer(type);
      return buffer ? { length: buffer.length, flags: 0 } : Status.NotFound;
    },
  }),
  defineHostcall({
    name: "proxy_set_buffer_bytes",
    // The value's range is checked only once the buffer is known to exist.
    params: { type, start: u32, length: u32, pointer: u32, size: u32 },
    handle({ type, start, length, pointer, size }, context) {
      const buffer = context.buffer(type);
      if (!buffer) return Status.NotFound;
      const data = context.vm.memory.read(pointer, size);
      return data ? buffer.write(start, length, data) : Status.InvalidMemoryAccess;
    },
  }),
  defineHostcall({
    name: "proxy_get_configuration",
    abis: ["0.1.0"],
    results: { configuration: bytesOut },
    remark: "The plugin's configuration while it is configured, else the VM's.",
    handle: (_, context) => ({ configuration: context.configuration() }),
  }),
];

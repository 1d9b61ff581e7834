/**
 * WASI, as proxy-wasm-cpp-host answers it (exports.cc, `wasi_unstable_*`): stdout and stderr become
 * log lines, clocks and random bytes work, files and sockets do not exist.
 */
import { Errno, LogLevel } from "../abi.ts";
import { defineRaw, defineWasi, i64, u32 } from "./define.ts";
import type { HostContext } from "./hostContext.ts";
import { faultUnless, isOutput } from "./wasiAnswers.ts";
import { files, paths, sockets } from "./wasiFiles.ts";

const MAX_RANDOM_BYTES = 65536;
const NEWLINE = 10;
/** All iovecs as one log message, less one trailing newline; nothing is logged for no bytes. */
function writeOutput(
  context: HostContext,
  fd: number,
  iovs: number,
  iovsLength: number,
  nwritten: number,
): number {
  if (!isOutput(fd)) return Errno.badf;
  const { memory } = context.vm;
  const parts: Uint8Array[] = [];
  let written = 0;
  for (let i = 0; i < iovsLength; i++) {
    const pointer = memory.readU32(iovs + i * 8);
    const length = memory.readU32(iovs + i * 8 + 4);
    if (pointer === undefined || length === undefined) return Errno.fault;
    if (length === 0) continue;
    const part = memory.read(pointer, length);
    if (!part) return Errno.fault;
    parts.push(part);
    written += length;
  }
  if (written > 0) {
    const message = new Uint8Array(written);
    let at = 0;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
    const length = message[written - 1] === NEWLINE ? written - 1 : written;
    const level = fd === 1 ? LogLevel.info : LogLevel.error;
    context.log(level, { data: new DataView(message.buffer), pointer: 0, length });
  }
  return faultUnless(memory.writeU32(nwritten, written));
}

function clockOf(context: HostContext, clock: number): bigint | undefined {
  if (clock === 0) return context.vm.now();
  return clock === 1 ? context.vm.monotonic() : undefined;
}

const output = [
  defineWasi({
    name: "fd_write",
    params: { fd: u32, iovs: u32, iovsLength: u32, nwritten: u32 },
    handle: ({ fd, iovs, iovsLength, nwritten }, context) =>
      writeOutput(context, fd, iovs, iovsLength, nwritten),
  }),
  defineWasi({
    name: "fd_pwrite",
    params: { fd: u32, iovs: u32, iovsLength: u32, offset: i64, nwritten: u32 },
    handle: ({ fd, iovs, iovsLength, nwritten }, context) =>
      writeOutput(context, fd, iovs, iovsLength, nwritten),
  }),
];

const environment = [
  defineWasi({
    name: "environ_sizes_get",
    params: { count: u32, size: u32 },
    handle({ count, size }, { vm }) {
      const bytes = vm.environment.reduce((sum, entry) => sum + encodeEntry(entry).length, 0);
      return faultUnless(
        vm.memory.writeU32(count, vm.environment.length) && vm.memory.writeU32(size, bytes),
      );
    },
  }),
  defineWasi({
    name: "environ_get",
    params: { environ: u32, buffer: u32 },
    handle({ environ, buffer }, { vm }) {
      let pointers = environ;
      let at = buffer;
      for (const entry of vm.environment) {
        const bytes = encodeEntry(entry);
        if (!vm.memory.writeU32(pointers, at) || !vm.memory.write(at, bytes)) return Errno.fault;
        pointers += 4;
        at += bytes.length;
      }
      return Errno.success;
    },
  }),
  defineWasi({
    name: "args_sizes_get",
    params: { argc: u32, size: u32 },
    handle: ({ argc, size }, { vm }) =>
      faultUnless(vm.memory.writeU32(argc, 0) && vm.memory.writeU32(size, 0)),
  }),
  defineWasi({ name: "args_get", params: { argv: u32, buffer: u32 }, handle: () => Errno.success }),
];

const utf8 = new TextEncoder();
function encodeEntry([key, value]: readonly [string, string]): Uint8Array {
  return utf8.encode(`${key}=${value}\0`);
}

const time = [
  defineWasi({
    name: "clock_time_get",
    params: { clock: u32, precision: i64, time: u32 },
    handle({ clock, time }, context) {
      const now = clockOf(context, clock);
      if (now === undefined) return Errno.notsup;
      return faultUnless(context.vm.memory.writeU64(time, now));
    },
  }),
  defineWasi({
    name: "clock_res_get",
    params: { clock: u32, resolution: u32 },
    handle({ clock, resolution }, { vm }) {
      if (clock > 1) return Errno.notsup;
      return faultUnless(vm.memory.writeU64(resolution, 1n));
    },
  }),
  defineWasi({
    name: "random_get",
    params: { buffer: u32, length: u32 },
    handle({ buffer, length }, { vm }) {
      if (length > MAX_RANDOM_BYTES) return Errno.inval;
      if (length === 0) return Errno.success;
      const bytes = new Uint8Array(length);
      vm.random(bytes);
      return faultUnless(vm.memory.write(buffer, bytes));
    },
  }),
  defineWasi({ name: "sched_yield", params: {}, handle: () => Errno.success }),
  defineWasi({
    name: "poll_oneoff",
    params: { in: u32, out: u32, nsubscriptions: u32, nevents: u32 },
    handle: ({ nevents }, { vm }) => faultUnless(vm.memory.writeU32(nevents, 0)),
  }),
  defineRaw({
    module: "wasi",
    name: "proc_exit",
    params: { code: u32 },
    returns: "void",
    remark: "Returns, as in Envoy: the guest goes on after it.",
    handle: (_, { vm }) => vm.traceLine("wasi_unstable proc_exit"),
  }),
];

export const wasi = [...output, ...environment, ...time, ...files, ...paths, ...sockets];

/** WASI functions about files, paths and sockets: none of them exist for a guest of Envoy. */
import { Errno } from "../abi.ts";
import { defineWasi, i64, u32 } from "./define.ts";
import { faultUnless, isOutput, outputOrBadf } from "./wasiAnswers.ts";

/** fd_fdstat_get: file type 0, no flags, right FD_WRITE (1 << 6), no inheriting rights. */
const FDSTAT = new Uint8Array(24);
FDSTAT[8] = 64;

export const files = [
  defineWasi({
    name: "fd_read",
    params: { fd: u32, iovs: u32, iovsLength: u32, nread: u32 },
    handle: () => Errno.nosys,
  }),
  defineWasi({
    name: "fd_seek",
    params: { fd: u32, offset: i64, whence: u32, newOffset: u32 },
    remark: "Answers success and leaves the new offset unwritten, as in Envoy.",
    handle(_, { vm }) {
      vm.traceLine("wasi_unstable fd_seek");
      return Errno.success;
    },
  }),
  defineWasi({
    name: "fd_close",
    params: { fd: u32 },
    handle(_, { vm }) {
      vm.traceLine("wasi_unstable fd_close");
      return Errno.success;
    },
  }),
  defineWasi({
    name: "fd_fdstat_get",
    params: { fd: u32, stat: u32 },
    handle({ fd, stat }, { vm }) {
      if (!isOutput(fd)) return Errno.badf;
      vm.memory.write(stat, FDSTAT);
      return Errno.success;
    },
  }),
  defineWasi({
    name: "fd_fdstat_set_flags",
    params: { fd: u32, flags: u32 },
    handle: () => Errno.nosys,
  }),
  defineWasi({
    name: "fd_fdstat_set_rights",
    params: { fd: u32, base: i64, inheriting: i64 },
    handle: outputOrBadf,
  }),
  defineWasi({
    name: "fd_advise",
    params: { fd: u32, offset: i64, length: i64, advice: u32 },
    handle: () => Errno.success,
  }),
  defineWasi({
    name: "fd_allocate",
    params: { fd: u32, offset: i64, length: i64 },
    handle: outputOrBadf,
  }),
  defineWasi({ name: "fd_datasync", params: { fd: u32 }, handle: outputOrBadf }),
  defineWasi({ name: "fd_sync", params: { fd: u32 }, handle: outputOrBadf }),
  defineWasi({ name: "fd_filestat_get", params: { fd: u32, stat: u32 }, handle: () => Errno.badf }),
  defineWasi({
    name: "fd_filestat_set_size",
    params: { fd: u32, size: i64 },
    handle: outputOrBadf,
  }),
  defineWasi({
    name: "fd_filestat_set_times",
    params: { fd: u32, atim: i64, mtim: i64, flags: u32 },
    handle: outputOrBadf,
  }),
  defineWasi({
    name: "fd_pread",
    params: { fd: u32, iovs: u32, iovsLength: u32, offset: i64, nread: u32 },
    handle: () => Errno.nosys,
  }),
  defineWasi({
    name: "fd_readdir",
    params: { fd: u32, buffer: u32, length: u32, cookie: i64, nread: u32 },
    handle: ({ nread }, { vm }) => (vm.memory.writeU32(nread, 0) ? Errno.notdir : Errno.fault),
  }),
  defineWasi({
    name: "fd_renumber",
    params: { fd: u32, to: u32 },
    handle: ({ fd, to }) => (isOutput(fd) && isOutput(to) ? Errno.notsup : Errno.badf),
  }),
  defineWasi({
    name: "fd_tell",
    params: { fd: u32, offset: u32 },
    handle({ fd, offset }, { vm }) {
      return isOutput(fd) ? faultUnless(vm.memory.writeU64(offset, 0n)) : Errno.badf;
    },
  }),
  defineWasi({
    name: "fd_prestat_get",
    params: { fd: u32, prestat: u32 },
    handle: () => Errno.badf,
  }),
  defineWasi({
    name: "fd_prestat_dir_name",
    params: { fd: u32, path: u32, length: u32 },
    handle: () => Errno.nosys,
  }),
];

/** Declares a function that only says "not supported", with plain i32 parameters. */
function unsupported(name: string, params: readonly string[]) {
  return defineWasi({
    name,
    params: Object.fromEntries(params.map((param) => [param, u32])),
    handle: () => Errno.notsup,
  });
}

export const paths = [
  defineWasi({
    name: "path_open",
    params: {
      fd: u32,
      dirFlags: u32,
      path: u32,
      pathLength: u32,
      openFlags: u32,
      rights: i64,
      rightsInheriting: i64,
      fdFlags: u32,
      opened: u32,
    },
    handle: () => Errno.noent,
  }),
  unsupported("path_create_directory", ["fd", "path", "pathLength"]),
  unsupported("path_remove_directory", ["fd", "path", "pathLength"]),
  unsupported("path_unlink_file", ["fd", "path", "pathLength"]),
  unsupported("path_rename", ["fd", "oldPath", "oldLength", "newFd", "newPath", "newLength"]),
  unsupported("path_filestat_get", ["fd", "flags", "path", "pathLength", "stat"]),
  defineWasi({
    name: "path_filestat_set_times",
    params: {
      fd: u32,
      flags: u32,
      path: u32,
      pathLength: u32,
      atim: i64,
      mtim: i64,
      fstFlags: u32,
    },
    handle: () => Errno.notsup,
  }),
  // One parameter fewer than WASI has, in both: a module that imports them is refused by Envoy.
  unsupported("path_link", ["oldFd", "oldFlags", "oldPath", "oldLength", "newFd", "newPath"]),
  unsupported("path_symlink", ["oldPath", "oldLength", "fd", "newPath"]),
  defineWasi({
    name: "path_readlink",
    params: { fd: u32, path: u32, pathLength: u32, buffer: u32, length: u32, nread: u32 },
    handle: ({ nread }, { vm }) => (vm.memory.writeU32(nread, 0) ? Errno.notsup : Errno.fault),
  }),
];

export const sockets = [
  defineWasi({
    name: "sock_accept",
    params: { fd: u32, flags: u32, accepted: u32 },
    remark: "Writes eight zero bytes, as in Envoy.",
    handle: ({ accepted }, { vm }) =>
      vm.memory.writeU64(accepted, 0n) ? Errno.notsup : Errno.fault,
  }),
  defineWasi({
    name: "sock_recv",
    params: { fd: u32, data: u32, length: u32, flags: u32, nread: u32, outFlags: u32 },
    handle({ nread, outFlags }, { vm }) {
      const ok = vm.memory.writeU32(nread, 0) && vm.memory.writeU16(outFlags, 0);
      return ok ? Errno.notsup : Errno.fault;
    },
  }),
  defineWasi({
    name: "sock_send",
    params: { fd: u32, data: u32, length: u32, flags: u32, nwritten: u32 },
    handle: ({ nwritten }, { vm }) =>
      vm.memory.writeU32(nwritten, 0) ? Errno.notsup : Errno.fault,
  }),
  unsupported("sock_shutdown", ["fd", "how"]),
];

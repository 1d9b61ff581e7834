/** Answers that many WASI functions share (proxy-wasm-cpp-host exports.cc). */
import { Errno } from "../abi.ts";

/** stdout or stderr: the only file descriptors there are. */
export const isOutput = (fd: number) => fd === 1 || fd === 2;
export const outputOrBadf = ({ fd }: { readonly fd: number }) =>
  isOutput(fd) ? Errno.success : Errno.badf;
export const faultUnless = (ok: boolean) => (ok ? Errno.success : Errno.fault);

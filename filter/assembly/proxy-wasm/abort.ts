/**
 * What AssemblyScript calls instead of throwing; bound by `--use abort=…`, as Envoy has no env.abort.
 *
 * asc compiles this file when it meets the first `throw`, which is inside the allocator: statements at
 * the top level of this file and of its imports run before the heap has its start. They must not
 * allocate, or they write over static data.
 */
import { LogLevel } from "./enums";
import { log } from "./host";
import { ByteWriter } from "./memory";

/** Says in the host's log what is wrong and where, and traps. */
export function abort(message: string | null, file: string | null, line: u32, _column: u32): void {
  const text = new ByteWriter().ascii("abort: ");
  if (message) text.ascii(message);
  if (file) text.ascii(" at ").ascii(file).ascii(":").decimal(line);
  log(LogLevel.Critical, text);
  unreachable();
}

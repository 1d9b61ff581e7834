/** Makes the wasm import of a declared host function: checks, fault, handler, results, trace. */
import { Status } from "./abi.ts";
import { BoundCall } from "./boundCall.ts";
import type { Guest } from "./guest.ts";
import { InjectedTrap } from "./hostCallTrap.ts";
import { anyImport, plainImport, type Import } from "./hostImports.ts";
import type { Hostcall } from "./hostcalls/define.ts";

/** WASI's ENOTCAPABLE. */
const NOT_CAPABLE = 76;

/**
 * What only some runs have is chosen here, so that the others pay nothing for it.
 * @param isOff the plugin's capabilities leave it out: Envoy has a stub in its place (exports.h)
 */
export function bindHostcall(
  hostcall: Hostcall,
  module: string,
  guest: Guest,
  isOff = false,
): Import {
  const call = new BoundCall(hostcall, module, guest);
  const isObserved = guest.observer?.hostCall !== undefined;
  if (!isOff && !guest.faults && !isObserved) return plainImport(call);
  const run = isOff
    ? () => answerOff(call, guest)
    : guest.faults
      ? () => answerWithFaults(call, guest)
      : () => call.answer();
  return anyImport(call, isObserved ? () => observe(guest, run) : run);
}

/** Looks at no argument. */
function answerOff(call: BoundCall, guest: Guest): number | undefined {
  const { name, module, signature } = call.hostcall;
  call.enter();
  const isWasi = module === "wasi";
  const kind = isWasi ? "WASI" : "proxy-wasm";
  guest.current?.vm.errorLine(`Attempted call to restricted ${kind} capability: ${name}`);
  const returns = signature.results.length > 0;
  return call.end(returns ? (isWasi ? NOT_CAPABLE : Status.InternalFailure) : undefined);
}

/** What a fault puts in place of the handler's answer; Envoy checks the arguments before. */
function answerWithFaults(call: BoundCall, guest: Guest): number | undefined {
  call.enter();
  const wrong = call.check();
  const fault = guest.faults?.take(call.hostcall.name);
  if (fault?.trap) {
    guest.recorder?.hostThrow();
    throw new InjectedTrap();
  }
  if (fault?.status !== undefined) return call.end(fault.status, true);
  if (fault?.value !== undefined) return call.end(call.results.injected(fault.value), true);
  return call.end(wrong || call.handle(call.args, call.context), fault !== undefined);
}

/** Tells the observer before and after. */
function observe(guest: Guest, run: () => number | undefined): number | undefined {
  const { observer, recorder, memory } = guest;
  const seq = (recorder?.seq ?? 0) + 1;
  const stack = () => guest.framesOf(new Error());
  observer?.hostCall?.(seq, "before", memory.bytes, stack);
  const returned = run();
  observer?.hostCall?.(seq, "after", memory.bytes, stack);
  return returned;
}

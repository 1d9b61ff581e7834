/**
 * The trace as Envoy prints it at `--component-log-level wasm:trace`, without the log prefix.
 * Source: proxy-wasm-cpp-host src/v8/v8.cc registerHostFunctionImpl, getModuleFunctionImpl,
 * getFailMessage.
 */
import type { Allocation, GuestEnter, HostCall, TraceEvent, Trap, VmName } from "./trace.ts";

const MAX_FRAMES = 20;

/** A call whose return line is due once everything that happened in it is printed. */
type OpenCall = GuestEnter | HostCall | Allocation;

/**
 * Answers the lines of one VM. Without `vm` it is the worker's, or, where the plugin was refused
 * and there is none, those of the main thread: base VM, canary, main VM.
 *
 * The events must be in the order of `seq` and complete, as `simulate` gives them.
 */
export function formatEnvoy(events: readonly TraceEvent[], vm?: VmName): string[] {
  const isRefused = events.some((event) => event.kind === "pluginResult" && !event.accepted);
  const isShown = (event: TraceEvent) => {
    if (vm !== undefined) return event.vm === vm;
    return isRefused ? event.vm !== "worker" : event.vm === "worker";
  };
  const lines: string[] = [];
  const open: OpenCall[] = [];
  const closeUntil = (parent: number | undefined) => {
    for (let top = open.at(-1); top && top.seq !== parent; top = open.at(-1)) {
      const line = returnLine(top);
      if (line !== undefined) lines.push(line);
      open.pop();
    }
  };
  for (const event of events) {
    if (!isShown(event)) continue;
    closeUntil(event.parent);
    lines.push(...ownLines(event));
    if (event.kind === "guestEnter" || event.kind === "hostCall" || event.kind === "allocation") {
      open.push(event);
    }
  }
  closeUntil(undefined);
  return lines;
}

function ownLines(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case "guestEnter":
      return [`[host->vm] ${event.callback}(${formatWords(event.args)})`];
    case "allocation":
      return [`[host->vm] ${event.callback}(${formatWords([event.size])})`];
    case "hostCall":
      return [`[vm->host] ${event.module}.${event.name}(${formatWords(event.words)})`];
    case "guestExit":
      return [`[host<-vm] ${event.callback} return: ${formatResult(event.returned)}`];
    case "log":
      return event.shown ? [event.line] : [];
    case "trap":
      return trapLines(event);
    case "pluginResult":
    case "accept":
    case "clusterDecision":
    case "upstreamConnect":
    case "forward":
    case "streamAction":
    case "stepSkipped":
    case "connectionEnd":
    case "envoyDies":
      return []; // not of the wasm logger
  }
}

/** A guestEnter's return is an event of its own; a call that did not return has no such line. */
function returnLine(call: OpenCall): string | undefined {
  switch (call.kind) {
    case "guestEnter":
      return undefined;
    case "allocation":
      return call.pointer === undefined
        ? undefined
        : `[host<-vm] ${call.callback} return: ${formatResult(call.pointer)}`;
    case "hostCall":
      return call.ended === "returned"
        ? `[vm<-host] ${call.module}.${call.name} return: ${formatResult(call.returned)}`
        : undefined;
  }
}

function trapLines({ callback, message, frames, backtrace }: Trap): readonly string[] {
  const first = `Function: ${callback} failed: ${message}`;
  // Without a name section there is no back-trace; with one, frames may still be nameless.
  if (!backtrace) return [first];
  return [
    first,
    "Proxy-Wasm plugin in-VM backtrace:",
    ...frames.slice(0, MAX_FRAMES).map(({ functionIndex, offset, name }, index) => {
      const where = name ?? `unknown(function index:${functionIndex})`;
      return `${String(index).padStart(3)}:  0x${offset.toString(16)} - ${where}`;
    }),
  ];
}

/** Envoy prints integers unsigned, i64 too. */
function formatWords(words: readonly (number | bigint)[]): string {
  return words
    .map((word) => (typeof word === "bigint" ? BigInt.asUintN(64, word) : word >>> 0))
    .join(", ");
}

function formatResult(returned: number | undefined): string {
  return returned === undefined ? "void" : String(returned >>> 0);
}

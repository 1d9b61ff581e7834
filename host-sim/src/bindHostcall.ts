/** Makes the wasm import of a declared host function: checks, fault, handler, results, trace. */
import { Status } from "./abi.ts";
import { utf8Length } from "./bytes.ts";
import { functionIndex } from "./decodeTrace.ts";
import { EnvoyDeath, NO_ROOM_FOR_RESULT } from "./envoyDeath.ts";
import type { Fault } from "./faultPlan.ts";
import type { Guest } from "./guest.ts";
import { NO_RESULT } from "./hostcalls/hostContext.ts";
import { wordOffsets, type Hostcall } from "./hostcalls/define.ts";
import { Slice } from "./memory.ts";
import type { Recorder } from "./recorder.ts";

/** Thrown into the guest by the host; its message is Envoy's whole trap text. */
export class HostCallTrap extends Error {}

/** A trap that the scenario's `faults` put in place of a call. */
export class InjectedTrap extends HostCallTrap {
  constructor() {
    super("Uncaught RuntimeError: unreachable");
  }
}

type Import = (...words: (number | bigint)[]) => number | undefined;

/** WASI's ENOTCAPABLE. */
const NOT_CAPABLE = 76;

/** Kinds of parameters as small numbers: the loop below runs at each host call. */
const U32 = 0;
const I64 = 1;
const ENUM = 2;
const SLICE = 3;
/** Kinds of results. */
const U32_OUT = 0;
const U64_OUT = 1;
const BYTES_OUT = 2;

/** An i64 and its two words, low and high. */
const wide = new BigInt64Array(1);
const halves = new Int32Array(wide.buffer);

interface BoundParam {
  readonly name: string;
  readonly kind: number;
  /** First of its words, or its only one. */
  readonly at: number;
  readonly max: number;
  readonly slice: Slice;
}

interface BoundResult {
  readonly name: string;
  readonly kind: number;
  readonly at: number;
}

/** @param isOff the plugin's capabilities leave it out: Envoy has a stub in its place (exports.h) */
export function bindHostcall(
  hostcall: Hostcall,
  module: string,
  guest: Guest,
  isOff = false,
): Import {
  const { memory } = guest;
  const offsets = wordOffsets(hostcall);
  // i64 words are kept apart, so that all else stays small integers; offsets count both.
  const i64s: bigint[] = [];
  const words = new Int32Array(hostcall.signature.params.length);
  const params = Object.entries(hostcall.params).map(([name, kind]): BoundParam => {
    const code =
      kind.kind === "u32" ? U32 : kind.kind === "i64" ? I64 : kind.kind === "enum" ? ENUM : SLICE;
    const max = kind.kind === "enum" ? kind.max : 0;
    return { name, kind: code, at: offsets[name] ?? 0, max, slice: new Slice(memory) };
  });
  const results = Object.entries(hostcall.results).map(([name, { kind }]): BoundResult => ({
    name,
    kind: kind === "bytesOut" ? BYTES_OUT : kind === "u32Out" ? U32_OUT : U64_OUT,
    at: offsets[name] ?? 0,
  }));
  const args: Record<string, number | bigint | Slice> = {};
  for (const { name, kind, slice } of params) args[name] = kind === SLICE ? slice : 0;
  const handle = hostcall.handle as (
    args: unknown,
    context: unknown,
  ) => number | Record<string, unknown> | undefined;
  const index = functionIndex(hostcall, module);
  const hasStatus = hostcall.returns === "status";

  const { recorder, faults } = guest;

  function run(): number | undefined {
    if (guest.restricted) checkCaller();
    if (recorder) recordCall(recorder);
    if (guest.restricted) checkAllowed();
    const wrong = hasStatus ? checkArgs() : readWords();
    const fault = faults?.take(hostcall.name);
    const answer = fault
      ? answerOf(fault, wrong)
      : wrong !== Status.Ok
        ? wrong
        : handle(args, guest.effective ?? guest.current);
    const returned = typeof answer === "object" ? writeResults(answer) : answer;
    if (recorder) recordReturn(recorder, answer, returned, fault !== undefined);
    return returned;
  }

  /** Looks at no argument. */
  function runStub(): number | undefined {
    if (guest.restricted) checkCaller();
    if (recorder) recordCall(recorder);
    if (guest.restricted) checkAllowed();
    const isWasi = hostcall.module === "wasi";
    const kind = isWasi ? "WASI" : "proxy-wasm";
    guest.current?.vm.errorLine(
      `Attempted call to restricted ${kind} capability: ${hostcall.name}`,
    );
    const returns = hostcall.signature.results.length > 0;
    const returned = returns ? (isWasi ? NOT_CAPABLE : Status.InternalFailure) : undefined;
    if (recorder) recordReturn(recorder, returned, returned, false);
    return returned;
  }

  function checkCaller(): void {
    if (guest.current) return;
    throw new EnvoyDeath(
      `The start section of the module called ${module}.${hostcall.name}. Envoy 1.40 has no context there yet and dies with a segmentation fault.`,
    );
  }

  function checkAllowed(): void {
    if (!guest.allowed || guest.allowed.has(hostcall.name)) return;
    recorder?.hostThrow();
    throw new HostCallTrap("Uncaught Error: restricted_callback");
  }

  /** What a fault puts in place of the handler's answer; Envoy checks the arguments before. */
  function answerOf(fault: Fault, wrong: number): number | Record<string, unknown> | undefined {
    if (fault.trap) {
      recorder?.hostThrow();
      throw new InjectedTrap();
    }
    if (fault.status !== undefined) return fault.status;
    if (fault.value !== undefined) return injectedResults(fault.value);
    return wrong !== Status.Ok ? wrong : handle(args, guest.effective ?? guest.current);
  }

  /** In declared order, as proxy-wasm-cpp-host looks at them. */
  function checkArgs(): number {
    for (const param of params) {
      const word = (words[param.at] ?? 0) >>> 0;
      if (param.kind === SLICE) {
        const length = (words[param.at + 1] ?? 0) >>> 0;
        if (!memory.holds(word, length)) return Status.InvalidMemoryAccess;
        param.slice.pointer = word;
        param.slice.length = length;
      } else if (param.kind === I64) {
        args[param.name] = i64s[param.at] ?? 0n;
      } else {
        if (param.kind === ENUM && word > param.max) return Status.BadArgument;
        args[param.name] = word;
      }
    }
    return Status.Ok;
  }

  /** WASI functions check for themselves. */
  function readWords(): number {
    for (const { name, kind, at } of params) {
      args[name] = kind === I64 ? (i64s[at] ?? 0n) : (words[at] ?? 0) >>> 0;
    }
    return Status.Ok;
  }

  /** A fault's value as the first bytes result; other results are zero. */
  function injectedResults(value: Uint8Array): Record<string, unknown> {
    const zero = [0, 0n, new Uint8Array(0)];
    const injected: Record<string, unknown> = {};
    let pending: Uint8Array | undefined = value;
    for (const { name, kind } of results) {
      injected[name] = kind === BYTES_OUT && pending ? pending : zero[kind];
      if (kind === BYTES_OUT) pending = undefined;
    }
    return injected;
  }

  const isForeignCall = hostcall.name === "proxy_call_foreign_function";

  function writeResults(answer: Record<string, unknown>): number {
    for (const { name, kind, at } of results) {
      const value = answer[name];
      const pointer = (words[at] ?? 0) >>> 0;
      if (kind === BYTES_OUT) {
        const ok = isForeignCall
          ? writeOptionalBytes(value as Uint8Array, pointer, (words[at + 1] ?? 0) >>> 0)
          : writeBytes(value as Uint8Array | string, pointer, (words[at + 1] ?? 0) >>> 0);
        if (!ok) return Status.InvalidMemoryAccess;
      } else if (kind === U32_OUT) {
        if (!memory.writeU32(pointer, value as number)) return Status.InvalidMemoryAccess;
      } else if (!memory.writeU64(pointer, BigInt.asUintN(64, value as bigint))) {
        return Status.InvalidMemoryAccess;
      }
    }
    return hostcall.resultsOnError ? (answer["status"] as number) : Status.Ok;
  }

  /** Where the last bytes result was put, and how long it is; for the trace. */
  let writtenAt = 0;
  let writtenLength = 0;

  /** wasm.h, copyToPointerSize: nothing is allocated for no bytes, the pointer is written first. */
  function writeBytes(value: Uint8Array | string, pointerAt: number, sizeAt: number): boolean {
    let pointer = 0;
    const length = typeof value === "string" ? utf8Length(value) : value.length;
    if (length > 0) {
      const room = guest.allocate(length);
      if (room === undefined) return false;
      if (typeof value === "string") memory.writeText(room, value);
      else memory.write(room, value);
      pointer = room;
    }
    writtenAt = pointer;
    writtenLength = length;
    return memory.writeU32(pointerAt, pointer) && memory.writeU32(sizeAt, length);
  }

  /** exports.cc, call_foreign_function: null out-pointers mean that the guest does not want it. */
  function writeOptionalBytes(value: Uint8Array, pointerAt: number, sizeAt: number): boolean {
    let pointer = 0;
    // A function with a result asks for room even for 0 bytes, and writes there unchecked.
    if (value !== NO_RESULT && pointerAt !== 0) {
      pointer = guest.allocate(value.length) ?? 0;
      if (pointer !== 0) memory.write(pointer, value);
      else if (value.length > 0) throw new EnvoyDeath(NO_ROOM_FOR_RESULT);
    }
    writtenAt = pointer;
    writtenLength = value.length;
    return (
      (pointerAt === 0 || memory.writeU32(pointerAt, pointer)) &&
      (sizeAt === 0 || memory.writeU32(sizeAt, value.length))
    );
  }

  const hasI64 = hostcall.signature.params.includes("i64");
  const recordedWords = hasI64 ? new Int32Array(words.length * 2) : words;

  /** An i64 is recorded as two words, low and high. */
  function splitI64s(): number {
    let count = 0;
    for (let i = 0; i < words.length; i++) {
      if (i64s[i] === undefined) recordedWords[count++] = words[i] ?? 0;
      else {
        wide[0] = i64s[i] ?? 0n;
        recordedWords[count++] = halves[0] ?? 0;
        recordedWords[count++] = halves[1] ?? 0;
      }
    }
    return count;
  }

  function recordCall(recorder: Recorder): void {
    recorder.hostCall(index, recordedWords, hasI64 ? splitI64s() : words.length);
    for (const { kind, at } of params) {
      if (kind !== SLICE) continue;
      const pointer = (words[at] ?? 0) >>> 0;
      const length = (words[at + 1] ?? 0) >>> 0;
      if (memory.holds(pointer, length)) recorder.data(memory.bytes, pointer, length);
      else recorder.noData();
    }
  }

  function recordReturn(
    recorder: Recorder,
    answer: number | Record<string, unknown> | undefined,
    returned: number | undefined,
    injected: boolean,
  ): void {
    const written = typeof answer === "object" && returned !== Status.InvalidMemoryAccess;
    recorder.hostReturn(returned, injected, written ? results.length : 0);
    if (written) {
      for (const { name, kind } of results) recordResult(recorder, kind, answer[name]);
    }
    recorder.hostReturned();
  }

  function recordResult(recorder: Recorder, kind: number, value: unknown): void {
    if (kind === BYTES_OUT) {
      recorder.result(writtenAt, writtenLength);
      if (typeof value === "string") recorder.text(value, writtenLength);
      else recorder.data(value as Uint8Array, 0, writtenLength);
      return;
    }
    if (kind === U32_OUT) recorder.result(value as number, 0);
    else {
      wide[0] = value as bigint;
      recorder.result(halves[0] ?? 0, halves[1] ?? 0);
    }
    recorder.noData();
  }

  /** Chosen when bound, so that a run without an observer pays nothing. */
  function observedRun(): number | undefined {
    const { observer } = guest;
    const seq = (recorder?.seq ?? 0) + 1;
    const stack = () => guest.framesOf(new Error());
    observer?.hostCall?.(seq, "before", memory.bytes, stack);
    const returned = perform();
    observer?.hostCall?.(seq, "after", memory.bytes, stack);
    return returned;
  }

  const perform = isOff ? runStub : run;
  return wrap(hostcall, words, i64s, guest.observer?.hostCall ? observedRun : perform);
}

/**
 * A function of exactly the right number of parameters: the engine calls it without making an array
 * of the words.
 */
function wrap(
  { signature }: Hostcall,
  w: Int32Array,
  i64s: bigint[],
  run: () => number | undefined,
): Import {
  type Num = (...words: number[]) => number | undefined;
  const plain = signature.params.every((type) => type === "i32");
  const make = (fn: Num) => fn as Import;
  if (plain) {
    switch (w.length) {
      case 0:
        return make(() => run());
      case 1:
        return make((a) => ((w[0] = a as number), run()));
      case 2:
        return make((a, b) => ((w[0] = a as number), (w[1] = b as number), run()));
      case 3:
        return make(
          (a, b, c) => ((w[0] = a as number), (w[1] = b as number), (w[2] = c as number), run()),
        );
      case 4:
        return make((a, b, c, d) => {
          w[0] = a as number;
          w[1] = b as number;
          w[2] = c as number;
          w[3] = d as number;
          return run();
        });
      case 5:
        return make((a, b, c, d, e) => {
          w[0] = a as number;
          w[1] = b as number;
          w[2] = c as number;
          w[3] = d as number;
          w[4] = e as number;
          return run();
        });
      case 6:
        return make((a, b, c, d, e, f) => {
          w[0] = a as number;
          w[1] = b as number;
          w[2] = c as number;
          w[3] = d as number;
          w[4] = e as number;
          w[5] = f as number;
          return run();
        });
      default:
        break;
    }
  }
  if (signature.params.join() === "i32,i64") {
    return (a, b) => ((w[0] = a as number), (i64s[1] = b as bigint), run());
  }
  return (...all) => {
    for (let i = 0; i < w.length; i++) {
      const word = all[i];
      if (typeof word === "bigint") i64s[i] = word;
      else w[i] = word ?? 0;
    }
    return run();
  };
}

/** A declared host function in one VM: what happens before its handler, and after. */
import { Status } from "./abi.ts";
import { wordsOfI64 } from "./bytes.ts";
import { functionIndex } from "./decodeTrace.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import type { Guest } from "./guest.ts";
import { HostCallTrap } from "./hostCallTrap.ts";
import type { Hostcall } from "./hostcalls/define.ts";
import type { HostContext } from "./hostcalls/hostContext.ts";
import { ENUM, layoutOf, SLICE, type ParamPlace } from "./hostcalls/layout.ts";
import { Slice, type GuestMemory } from "./memory.ts";
import type { Recorder } from "./recorder.ts";
import { ResultWriter, type Results } from "./resultWriter.ts";

/** What a handler answers: a status, results, or nothing where the function has no result. */
export type Answer = number | Results | undefined;
type PlainHandler = (args: object, context: HostContext) => number | undefined;
type Handler = (args: object, context: HostContext) => Answer;

/** No host function that takes only i32 words, of those worth a way of their own, has more. */
const FEW_WORDS = 6;

interface BoundParam extends ParamPlace {
  readonly slice: Slice;
}

export class BoundCall {
  readonly hostcall: Hostcall;
  readonly handle: Handler;
  /** The same, where no results are declared. */
  readonly handlePlain: PlainHandler;
  /** For the handler. */
  readonly args: object;
  readonly results: ResultWriter;
  readonly #module: string;
  readonly #guest: Guest;
  readonly #memory: GuestMemory;
  readonly #recorder: Recorder | undefined;
  readonly #index: number;
  /** Of the call under way. i64s are apart, so that all else stays small integers; places count both. */
  readonly #words: Int32Array;
  readonly #i64s: bigint[] = [];
  /** Where i64s are split for the trace, if there are any. */
  readonly #wideWords: Int32Array | undefined;
  readonly #recordedCount: number;
  readonly #slices: readonly BoundParam[];
  /** Parameters that are looked at before the handler runs; WASI functions look for themselves. */
  readonly #checked: readonly BoundParam[];

  constructor(hostcall: Hostcall, module: string, guest: Guest) {
    this.hostcall = hostcall;
    this.handle = hostcall.handle as Handler;
    this.handlePlain = hostcall.handle as PlainHandler;
    this.#module = module;
    this.#guest = guest;
    this.#memory = guest.memory;
    this.#recorder = guest.recorder;
    this.#index = functionIndex(hostcall, module);
    const types = hostcall.signature.params;
    const i64s = types.filter((type) => type === "i64").length;
    this.#words = new Int32Array(Math.max(types.length, FEW_WORDS));
    this.#recordedCount = types.length + i64s;
    this.#wideWords = i64s > 0 ? new Int32Array(this.#recordedCount) : undefined;
    const { params, argsOf } = layoutOf(hostcall);
    // Copied by spreading, they would have many shapes, and each look at one would be a search.
    const bound = params.map(({ name, kind, at, max }) => {
      return { name, kind, at, max, slice: new Slice(guest.memory) };
    });
    this.#slices = bound.filter(({ kind }) => kind === SLICE);
    const isChecked = ({ kind, max }: ParamPlace) =>
      kind === SLICE || (kind === ENUM && max < 0xffffffff);
    this.#checked = hostcall.returns === "status" ? bound.filter(isChecked) : [];
    this.args = argsOf(
      this.#words,
      this.#i64s,
      this.#slices.map(({ slice }) => slice),
    );
    this.results = new ResultWriter(hostcall, guest, this.#words);
  }

  /** The effective context: the current one unless the guest has chosen another. */
  get context(): HostContext {
    // Outside of a callback no host call gets this far.
    return (this.#guest.effective ?? this.#guest.current) as HostContext;
  }

  /** Takes the words of a call of at most six i32. Ok: the handler is to run; else the answer. */
  begin(a: number, b: number, c: number, d: number, e: number, f: number): Status {
    const words = this.#words;
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
    words[4] = e;
    words[5] = f;
    this.enter();
    return this.check();
  }

  /** As `begin`, for a function of an i32 and an i64. */
  beginWide(a: number, b: bigint): Status {
    this.#words[0] = a;
    this.#i64s[1] = b;
    this.enter();
    return this.check();
  }

  /** Takes the words of any call. */
  take(all: readonly (number | bigint)[]): void {
    for (const [i, word] of all.entries()) {
      if (typeof word === "bigint") this.#i64s[i] = word;
      else this.#words[i] = word;
    }
  }

  /** Records the call; throws where Envoy does not let it through. */
  enter(): void {
    if (this.#guest.restricted) this.#checkCaller();
    if (this.#recorder) this.#record(this.#recorder);
    if (this.#guest.restricted) this.#checkAllowed();
  }

  #checkCaller(): void {
    if (this.#guest.current) return;
    throw new EnvoyDeath(
      `The start section of the module called ${this.#module}.${this.hostcall.name}. Envoy 1.40 has no context there yet and dies with a segmentation fault.`,
    );
  }

  #checkAllowed(): void {
    const { allowed } = this.#guest;
    if (!allowed || allowed.has(this.hostcall.name)) return;
    this.#recorder?.hostThrow();
    throw new HostCallTrap("Uncaught Error: restricted_callback");
  }

  /** Looks at the arguments in declared order, as proxy-wasm-cpp-host does. */
  check(): Status {
    const words = this.#words;
    const checked = this.#checked;
    for (let i = 0; i < checked.length; i++) {
      const { kind, at, max, slice } = checked[i] as BoundParam;
      const word = (words[at] ?? 0) >>> 0;
      if (kind === ENUM) {
        if (word > max) return Status.BadArgument;
      } else {
        const length = (words[at + 1] ?? 0) >>> 0;
        if (!this.#memory.holds(word, length)) return Status.InvalidMemoryAccess;
        slice.pointer = word;
        slice.length = length;
      }
    }
    return Status.Ok;
  }

  /** What happens at a call, once its words are taken. */
  answer(): number | undefined {
    this.enter();
    return this.end(this.check() || this.handle(this.args, this.context));
  }

  /** What the guest gets of an answer without results. */
  endPlain(answer: number | undefined, injected = false): number | undefined {
    if (this.#recorder) this.#recordReturn(this.#recorder, answer, answer, injected);
    return answer;
  }

  /** Writes the results, if there are any; answers what the guest gets. */
  end(answer: Answer, injected = false): number | undefined {
    if (typeof answer !== "object") return this.endPlain(answer, injected);
    const returned = this.results.write(answer);
    if (this.#recorder) this.#recordReturn(this.#recorder, answer, returned, injected);
    return returned;
  }

  #record(recorder: Recorder): void {
    if (this.#wideWords) this.#splitI64s(this.#wideWords);
    recorder.hostCall(this.#index, this.#wideWords ?? this.#words, this.#recordedCount);
    const memory = this.#memory;
    for (let i = 0; i < this.#slices.length; i++) {
      const { at } = this.#slices[i] as BoundParam;
      const pointer = (this.#words[at] ?? 0) >>> 0;
      const length = (this.#words[at + 1] ?? 0) >>> 0;
      if (memory.holds(pointer, length)) recorder.data(memory.view, pointer, length);
      else recorder.noData();
    }
  }

  /** An i64 is recorded as two words, low and high. */
  #splitI64s(to: Int32Array): void {
    const { params } = this.hostcall.signature;
    let count = 0;
    for (let i = 0; i < params.length; i++) {
      if (params[i] !== "i64") to[count++] = this.#words[i] ?? 0;
      else {
        const halves = wordsOfI64(this.#i64s[i] ?? 0n);
        to[count++] = halves[0] ?? 0;
        to[count++] = halves[1] ?? 0;
      }
    }
  }

  #recordReturn(
    recorder: Recorder,
    answer: Answer,
    returned: number | undefined,
    injected: boolean,
  ): void {
    const written = typeof answer === "object" && returned !== Status.InvalidMemoryAccess;
    recorder.hostReturn(returned, injected, written ? this.results.places.length : 0);
    if (written) this.results.record(recorder, answer);
    recorder.hostReturned();
  }
}

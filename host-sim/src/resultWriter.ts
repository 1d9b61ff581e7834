/** Writes the results of a host call where the guest wants them, and records them. */
import { Status } from "./abi.ts";
import { encoder, ShortText, wordsOfI64 } from "./bytes.ts";
import { EnvoyDeath, NO_ROOM_FOR_RESULT } from "./envoyDeath.ts";
import type { Guest } from "./guest.ts";
import type { Hostcall } from "./hostcalls/define.ts";
import { NO_RESULT } from "./hostcalls/hostContext.ts";
import { BYTES_OUT, layoutOf, U32_OUT, U64_OUT, type ResultPlace } from "./hostcalls/layout.ts";
import type { GuestMemory } from "./memory.ts";
import type { Recorder } from "./recorder.ts";

export type Results = Readonly<Record<string, unknown>>;

/** One for all: a guest's allocator may call the host, but no function with results. */
const shortText = new ShortText();

export class ResultWriter {
  readonly #guest: Guest;
  readonly #memory: GuestMemory;
  readonly #words: Int32Array;
  readonly places: readonly ResultPlace[];
  readonly #resultsOnError: boolean;
  readonly #isForeignCall: boolean;
  /** The last bytes result: where it was put, how long it is. */
  #writtenAt = 0;
  #writtenLength = 0;

  /** `words` are those of the call under way. */
  constructor(hostcall: Hostcall, guest: Guest, words: Int32Array) {
    this.#guest = guest;
    this.#memory = guest.memory;
    this.#words = words;
    this.places = layoutOf(hostcall).results;
    this.#resultsOnError = hostcall.resultsOnError === true;
    this.#isForeignCall = hostcall.name === "proxy_call_foreign_function";
  }

  /** Answers the status of the call. */
  write(answer: Results): number {
    const { places } = this;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as ResultPlace;
      if (!this.#writeOne(answer[place.name], place)) return Status.InvalidMemoryAccess;
    }
    return this.#resultsOnError ? (answer["status"] as number) : Status.Ok;
  }

  #writeOne(value: unknown, { kind, at }: ResultPlace): boolean {
    const pointer = (this.#words[at] ?? 0) >>> 0;
    if (kind === U32_OUT) return this.#memory.writeU32(pointer, value as number);
    if (kind === U64_OUT) {
      return this.#memory.writeU64(pointer, BigInt.asUintN(64, value as bigint));
    }
    const sizeAt = (this.#words[at + 1] ?? 0) >>> 0;
    if (this.#isForeignCall) {
      return this.#writeOptionalBytes(value as Uint8Array, pointer, sizeAt);
    }
    return this.#writeBytes(value as Uint8Array | string, pointer, sizeAt);
  }

  /** wasm.h, copyToPointerSize: nothing is allocated for no bytes, the pointer is written first. */
  #writeBytes(value: Uint8Array | string, pointerAt: number, sizeAt: number): boolean {
    if (typeof value === "string" && !shortText.set(value)) {
      return this.#writeBytes(encoder.encode(value), pointerAt, sizeAt);
    }
    const { length } = value;
    let pointer = 0;
    if (length > 0) {
      const room = this.#guest.allocate(length);
      if (room === undefined) return false;
      if (typeof value === "string") this.#memory.writeFew(room, shortText.view, length);
      else this.#memory.write(room, value);
      pointer = room;
    }
    return this.#writePlace(pointer, length, pointerAt, sizeAt);
  }

  #writePlace(pointer: number, length: number, pointerAt: number, sizeAt: number): boolean {
    this.#writtenAt = pointer;
    this.#writtenLength = length;
    return this.#memory.writeU32(pointerAt, pointer) && this.#memory.writeU32(sizeAt, length);
  }

  /** exports.cc, call_foreign_function: null out-pointers mean that the guest does not want it. */
  #writeOptionalBytes(value: Uint8Array, pointerAt: number, sizeAt: number): boolean {
    const memory = this.#memory;
    let pointer = 0;
    // A function with a result asks for room even for 0 bytes, and writes there unchecked.
    if (value !== NO_RESULT && pointerAt !== 0) {
      pointer = this.#guest.allocate(value.length) ?? 0;
      if (pointer !== 0) memory.write(pointer, value);
      else if (value.length > 0) throw new EnvoyDeath(NO_ROOM_FOR_RESULT);
    }
    this.#writtenAt = pointer;
    this.#writtenLength = value.length;
    return (
      (pointerAt === 0 || memory.writeU32(pointerAt, pointer)) &&
      (sizeAt === 0 || memory.writeU32(sizeAt, value.length))
    );
  }

  /** Records what `write` has written. */
  record(recorder: Recorder, answer: Results): void {
    for (const { name, kind } of this.places) {
      const value = answer[name];
      if (kind === BYTES_OUT) {
        recorder.result(this.#writtenAt, this.#writtenLength);
        if (typeof value !== "string") recorder.array(value as Uint8Array);
        else if (shortText.holds(value)) recorder.data(shortText.view, 0, shortText.length);
        else recorder.array(encoder.encode(value));
        continue;
      }
      if (kind === U32_OUT) recorder.result(value as number, 0);
      else {
        const halves = wordsOfI64(value as bigint);
        recorder.result(halves[0] ?? 0, halves[1] ?? 0);
      }
      recorder.noData();
    }
  }

  /** A fault's value as the first bytes result; other results are zero. */
  injected(value: Uint8Array): Results {
    const injected: Record<string, unknown> = {};
    let pending: Uint8Array | undefined = value;
    for (const { name, kind } of this.places) {
      if (kind === BYTES_OUT) {
        injected[name] = pending ?? new Uint8Array(0);
        pending = undefined;
      } else injected[name] = kind === U32_OUT ? 0 : 0n;
    }
    return injected;
  }
}

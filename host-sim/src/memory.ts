/** The guest's linear memory, as the host sees it: every access checked, addresses unsigned. */
import { copyFew, decodeText } from "./bytes.ts";
import { checkMemory, ENVOY_MEMORY_BYTES } from "./limits.ts";

export class GuestMemory {
  readonly #limit: number;
  #memory: WebAssembly.Memory | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  /** `limit` in bytes: once the guest has more, the next access throws LimitReached. */
  constructor(limit = ENVOY_MEMORY_BYTES) {
    this.#limit = limit;
  }

  attach(memory: WebAssembly.Memory | undefined): void {
    this.#memory = memory;
    this.#refresh();
  }

  /** The live bytes; valid until the guest runs again (memory.grow moves them). */
  get bytes(): Uint8Array {
    // A grown memory leaves a detached buffer of length 0 behind.
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  /** As `bytes`. */
  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  /** Meets the limit if the guest has grown beyond it since the last access. */
  check(): void {
    if (this.#bytes.length === 0) this.#refresh();
  }

  get pages(): number {
    return this.bytes.length / 65536;
  }

  #refresh(): void {
    if (!this.#memory) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
    this.#size = this.#bytes.length;
    checkMemory(this.#bytes.length, this.#limit);
  }

  /** Whether a range lies inside the memory (proxy-wasm-cpp-host v8.cc, getMemory). */
  holds(pointer: number, length: number): boolean {
    // The size known last is quicker to look at, and a memory never shrinks.
    return pointer + length <= this.#size || pointer + length <= this.bytes.length;
  }

  /** A copy of a range, or undefined when it is not wholly inside the memory. */
  read(pointer: number, length: number): Uint8Array | undefined {
    return this.holds(pointer, length) ? this.bytes.slice(pointer, pointer + length) : undefined;
  }

  readU32(pointer: number): number | undefined {
    return this.holds(pointer, 4) ? this.view.getUint32(pointer, true) : undefined;
  }

  /** Each write answers false, and writes nothing, when the range is not inside the memory. */
  write(pointer: number, data: Uint8Array): boolean {
    if (!this.holds(pointer, data.length)) return false;
    this.bytes.set(data, pointer);
    return true;
  }

  /** As `write`, of the first few bytes of a view. */
  writeFew(pointer: number, data: DataView, length: number): boolean {
    if (!this.holds(pointer, length)) return false;
    copyFew(data, 0, this.view, pointer, length);
    return true;
  }

  /** Whether the bytes from `pointer` on are the first `length` ones of `data`. */
  equals(pointer: number, data: DataView, length: number): boolean {
    if (!this.holds(pointer, length)) return false;
    const { view } = this;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      if (view.getInt32(pointer + i) !== data.getInt32(i)) return false;
    }
    for (; i < length; i++) if (view.getInt8(pointer + i) !== data.getInt8(i)) return false;
    return true;
  }

  writeU16(pointer: number, value: number): boolean {
    if (!this.holds(pointer, 2)) return false;
    this.view.setUint16(pointer, value, true);
    return true;
  }

  writeU32(pointer: number, value: number): boolean {
    if (!this.holds(pointer, 4)) return false;
    this.view.setUint32(pointer, value, true);
    return true;
  }

  writeU64(pointer: number, value: bigint): boolean {
    if (!this.holds(pointer, 8)) return false;
    this.view.setBigUint64(pointer, value, true);
    return true;
  }
}

/** How many things a Slice remembers; a power of two. Names repeat, addresses and messages do not. */
const REMEMBERED = 64;
/** Longer bytes are neither names nor the small messages that a filter sends for each connection. */
const MAX_REMEMBERED_LENGTH = 256;

interface Remembered {
  readonly bytes: DataView;
  readonly length: number;
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly value: unknown;
}

/** A stretch of `data`. */
export interface ByteRange {
  readonly data: DataView;
  readonly pointer: number;
  readonly length: number;
}

/**
 * Bytes of the guest that a host call names by pointer and length. Nothing is copied until asked
 * for; the range was checked when the call began.
 */
export class Slice implements ByteRange {
  pointer = 0;
  length = 0;
  readonly #memory: GuestMemory;
  readonly #remembered: (Remembered | undefined)[] = [];

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** All of the guest's memory. */
  get data(): DataView {
    return this.#memory.view;
  }

  /** The live bytes; valid until the guest runs again. */
  view(): Uint8Array {
    return this.#memory.bytes.subarray(this.pointer, this.pointer + this.length);
  }

  copy(): Uint8Array {
    return this.#memory.bytes.slice(this.pointer, this.pointer + this.length);
  }

  /** The bytes as UTF-8 text, ill-formed parts replaced. */
  text(): string {
    return this.decoded(decodeText);
  }

  /**
   * What `decode` makes of the bytes, which must depend on nothing else. A filter says the same few
   * things at each connection, from the same addresses: those are decoded once.
   */
  decoded<T>(decode: (bytes: Uint8Array) => T): T {
    if (this.length > MAX_REMEMBERED_LENGTH) return decode(this.copy());
    const slot = (this.pointer >>> 3) & (REMEMBERED - 1);
    const known = this.#remembered[slot];
    if (
      known !== undefined &&
      known.decode === decode &&
      known.length === this.length &&
      this.#memory.equals(this.pointer, known.bytes, known.length)
    ) {
      return known.value as T;
    }
    const bytes = this.copy();
    const value = decode(bytes);
    this.#remembered[slot] = {
      bytes: new DataView(bytes.buffer),
      length: bytes.length,
      decode,
      value,
    };
    return value;
  }
}

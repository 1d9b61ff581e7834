/** The guest's linear memory, as the host sees it: every access checked, addresses unsigned. */
export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

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

  get pages(): number {
    return this.bytes.length / 65536;
  }

  #refresh(): void {
    if (!this.#memory) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** Whether a range lies inside the memory (proxy-wasm-cpp-host v8.cc, getMemory). */
  holds(pointer: number, length: number): boolean {
    return pointer + length <= this.bytes.length;
  }

  /** A copy of a range, or undefined when it is not wholly inside the memory. */
  read(pointer: number, length: number): Uint8Array | undefined {
    return this.holds(pointer, length) ? this.bytes.slice(pointer, pointer + length) : undefined;
  }

  readU32(pointer: number): number | undefined {
    return this.holds(pointer, 4) ? this.#view.getUint32(pointer, true) : undefined;
  }

  /** Each write answers false, and writes nothing, when the range is not inside the memory. */
  write(pointer: number, data: Uint8Array): boolean {
    if (!this.holds(pointer, data.length)) return false;
    this.#bytes.set(data, pointer);
    return true;
  }

  writeU16(pointer: number, value: number): boolean {
    if (!this.holds(pointer, 2)) return false;
    this.#view.setUint16(pointer, value, true);
    return true;
  }

  writeU32(pointer: number, value: number): boolean {
    if (!this.holds(pointer, 4)) return false;
    this.#view.setUint32(pointer, value, true);
    return true;
  }

  writeU64(pointer: number, value: bigint): boolean {
    if (!this.holds(pointer, 8)) return false;
    this.#view.setBigUint64(pointer, value, true);
    return true;
  }
}

/** How many texts a Slice remembers; names repeat, addresses and messages do not. */
const MAX_REMEMBERED = 64;
/** Longer texts are not names. */
const MAX_REMEMBERED_LENGTH = 64;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Bytes of the guest that a host call names by pointer and length. Nothing is copied until asked
 * for; the range was checked when the call began.
 */
export class Slice {
  pointer = 0;
  length = 0;
  readonly #memory: GuestMemory;
  readonly #remembered = new Map<number, { bytes: Uint8Array; text: string }>();

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** The live bytes; valid until the guest runs again. */
  view(): Uint8Array {
    return this.#memory.bytes.subarray(this.pointer, this.pointer + this.length);
  }

  copy(): Uint8Array {
    return this.#memory.bytes.slice(this.pointer, this.pointer + this.length);
  }

  /** The bytes as UTF-8 text, ill-formed parts replaced. Repeated names are decoded once. */
  text(): string {
    if (this.length > MAX_REMEMBERED_LENGTH) return utf8.decode(this.view());
    const known = this.#remembered.get(this.pointer);
    if (known && known.bytes.length === this.length && this.#equals(known.bytes)) return known.text;
    const bytes = this.copy();
    const text = utf8.decode(bytes);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(this.pointer, { bytes, text });
    return text;
  }

  #equals(bytes: Uint8Array): boolean {
    const memory = this.#memory.bytes;
    for (let i = 0; i < bytes.length; i++) {
      if (memory[this.pointer + i] !== bytes[i]) return false;
    }
    return true;
  }
}

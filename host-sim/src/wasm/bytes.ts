/** Reading the wasm binary format: integers, names and slices, always inside the given range. */

const utf8 = new TextDecoder();

/** What is wrong with a wasm binary, and where. Thrown by ByteReader, caught by its callers. */
export class WasmFormatError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A position in a range of bytes. Offsets are counted from the start of `bytes`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  byte(what: string): number {
    const value = this.offset < this.end ? this.bytes[this.offset] : undefined;
    if (value === undefined) throw new WasmFormatError(`the bytes end within ${what}`, this.offset);
    this.offset += 1;
    return value;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(what: string): number {
    const start = this.offset;
    const value = this.#leb(what, 5);
    if (value > 0xffffffff) throw new WasmFormatError(`${what} exceeds 32 bits`, start);
    return value;
  }

  /** Unsigned LEB128 of at most 64 bits; values above 2^53 lose precision. */
  u64(what: string): number {
    return this.#leb(what, 10);
  }

  /** Skips a signed LEB128 of at most 33 bits (a heap type). */
  skipS33(what: string): void {
    this.#leb(what, 5);
  }

  /** A count of things that take at least one byte each, so never more than what is left. */
  count(what: string): number {
    const start = this.offset;
    const value = this.u32(`the number of ${what}`);
    if (value > this.remaining) {
      throw new WasmFormatError(
        `${value} ${what} are announced, but only ${this.remaining} bytes follow`,
        start,
      );
    }
    return value;
  }

  name(what: string): string {
    const start = this.offset;
    const length = this.u32(`the length of ${what}`);
    if (length > this.remaining) {
      throw new WasmFormatError(
        `${what} is ${length} bytes long, but only ${this.remaining} follow`,
        start,
      );
    }
    const text = utf8.decode(this.bytes.subarray(this.offset, this.offset + length));
    this.offset += length;
    return text;
  }

  /** A reader for the next `size` bytes, which this one skips. */
  slice(size: number, what: string): ByteReader {
    if (size > this.remaining) {
      throw new WasmFormatError(
        `${what} is ${size} bytes long, but only ${this.remaining} follow`,
        this.offset,
      );
    }
    const part = new ByteReader(this.bytes, this.offset, this.offset + size);
    this.offset += size;
    return part;
  }

  #leb(what: string, maxBytes: number): number {
    const start = this.offset;
    let value = 0;
    for (let index = 0; index < maxBytes; index += 1) {
      const byte = this.byte(what);
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw new WasmFormatError(`${what} is an integer of more than ${maxBytes} bytes`, start);
  }
}

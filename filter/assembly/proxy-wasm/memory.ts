/**
 * Linear memory: the one file of the filter that handles addresses.
 *
 * Nothing is ever freed one by one; what is needed again is used again (the runtime is `stub`, which
 * only hands out). The host hands values over through `malloc`, and the guest owns them from then on:
 * nearly all are a few bytes that are read at once, so `malloc` serves them from one scratch area that
 * is empty again when the outermost callback returns.
 */

/** The largest value that is taken from the host, in bytes. For a larger one `malloc` answers 0. */
const LARGEST_VALUE: usize = 1 << 20;

/** Where the values of the present callback are. Room for an address or two to begin with. */
let scratch: usize = memory.data(512, 16);
let scratchSize: usize = 512;
let scratchUsed: usize = 0;
let callbackDepth: i32 = 0;

/**
 * Where the host puts a value that it returns. 0 tells the host that there is no room for it
 * (Envoy then answers InvalidMemoryAccess); this never traps for a size that is too large.
 */
export function malloc(size: usize): usize {
  if (size > LARGEST_VALUE) return 0;
  const rounded = (size + 7) & ~7;
  if (scratchUsed + rounded > scratchSize) {
    // A larger area takes over for good. The old one stays as it is: the guest may still read it.
    scratchSize = max(rounded, scratchSize * 2);
    scratch = heap.alloc(scratchSize);
    scratchUsed = 0;
  }
  const address = scratch + scratchUsed;
  scratchUsed += rounded;
  return address;
}

/** To be called first in every callback. A callback may run inside a host call of another one. */
export function enterCallback(): void {
  callbackDepth++;
}

/** To be called last in every callback: gives back what the host returned within it. */
export function leaveCallback(): void {
  if (--callbackDepth == 0) scratchUsed = 0;
}

/** A stretch of bytes that is only read: a value of the host, an array, or what a writer holds. */
@final
export class Slice {
  private start: usize = 0;
  private size: u32 = 0;

  // @ts-ignore: decorator
  @inline
  get length(): u32 {
    return this.size;
  }

  /** For host calls only. */
  // @ts-ignore: decorator
  @inline
  get address(): usize {
    return this.start;
  }

  /** The byte at `index`; 0 beyond the end. */
  at(index: u32): u8 {
    return index < this.size ? load<u8>(this.start + <usize>index) : 0;
  }

  clear(): void {
    this.start = 0;
    this.size = 0;
  }

  /** Shows the bytes of `array`, which must live as long as this is read. */
  viewArray(array: StaticArray<u8>): Slice {
    this.start = changetype<usize>(array);
    this.size = array.length;
    return this;
  }

  /** Shows what `writer` holds now, from the byte `from` on. */
  viewWriter(writer: ByteWriter, from: u32 = 0): Slice {
    this.start = writer.address + <usize>from;
    this.size = writer.length - from;
    return this;
  }

  /** Shows `length` bytes of `other` from the byte `from` on, as far as they exist. */
  viewPart(other: Slice, from: u32, length: u32): Slice {
    const begin = min(from, other.size);
    this.start = other.start + <usize>begin;
    this.size = min(length, other.size - begin);
    return this;
  }

  /** Shows what the host wrote into the result cells. False where that is no part of memory. */
  viewResult(): bool {
    const address = load<usize>(RESULT_ADDRESS);
    const length = load<usize>(RESULT_LENGTH);
    const inMemory = <u64>address + <u64>length <= (<u64>memory.size()) << 16;
    this.start = inMemory ? address : 0;
    this.size = inMemory ? <u32>length : 0;
    return inMemory;
  }

  /** True if the bytes are those of word number `index` of `words`: ASCII, separated by a space. */
  equalsWord(words: string, index: u32): bool {
    let position: u32 = 0;
    for (let i = 0, length = words.length; i < length; i++) {
      const byte = <u8>words.charCodeAt(i);
      if (byte == 0x20) index--;
      else if (index == 0 && this.at(position++) != byte) return false;
    }
    return position == this.size && position > 0;
  }

  /** The bytes as a little-endian number, of which there must be 8. */
  toU64(): u64 {
    return this.size == 8 ? load<u64>(this.start) : 0;
  }

  toArray(): StaticArray<u8> {
    const array = new StaticArray<u8>(this.size);
    memory.copy(changetype<usize>(array), this.start, this.size);
    return array;
  }
}

/** Bytes that are put together: a log line, an error, a protobuf message. It is used again and again. */
@final
export class ByteWriter {
  private buffer: StaticArray<u8> = new StaticArray<u8>(128);
  private used: u32 = 0;

  // @ts-ignore: decorator
  @inline
  get length(): u32 {
    return this.used;
  }

  /** For host calls only; valid until more is written. */
  // @ts-ignore: decorator
  @inline
  get address(): usize {
    return changetype<usize>(this.buffer);
  }

  clear(): ByteWriter {
    this.used = 0;
    return this;
  }

  byte(value: u8): ByteWriter {
    store<u8>(this.grow(1), value);
    return this;
  }

  /** Writes `text`, which must be ASCII. */
  ascii(text: string): ByteWriter {
    for (let i = 0, length = text.length; i < length; i++) {
      this.byte(load<u8>(changetype<usize>(text) + (i << 1)));
    }
    return this;
  }

  /** Writes word number `index` of `words`, which are ASCII and separated by a space. */
  word(words: string, index: u32): ByteWriter {
    for (let i = 0, length = words.length; i < length; i++) {
      const byte = load<u8>(changetype<usize>(words) + (i << 1));
      if (byte == 0x20) index--;
      else if (index == 0) this.byte(byte);
    }
    return this;
  }

  array(bytes: StaticArray<u8>): ByteWriter {
    const length = bytes.length;
    memory.copy(this.grow(length), changetype<usize>(bytes), length);
    return this;
  }

  slice(bytes: Slice): ByteWriter {
    const length = bytes.length;
    memory.copy(this.grow(length), bytes.address, length);
    return this;
  }

  /** Writes text of unknown origin: what is not printable ASCII as `?`, and no more than 128 bytes. */
  printable(bytes: Slice): ByteWriter {
    const length = min(bytes.length, 128);
    for (let i: u32 = 0; i < length; i++) {
      const byte = bytes.at(i);
      this.byte(byte >= 0x20 && byte < 0x7f ? byte : 0x3f);
    }
    return length < bytes.length ? this.ascii("...") : this;
  }

  decimal(value: u32): ByteWriter {
    let digits = decimalLength(value);
    const to = this.grow(digits);
    do {
      store<u8>(to + --digits, <u8>(0x30 + (value % 10)));
      value /= 10;
    } while (digits != 0);
    return this;
  }

  /** Writes a protobuf varint. */
  varint(value: u32): ByteWriter {
    while (value >= 0x80) {
      this.byte(<u8>(value | 0x80));
      value >>= 7;
    }
    return this.byte(<u8>value);
  }

  toArray(): StaticArray<u8> {
    const array = new StaticArray<u8>(this.used);
    memory.copy(changetype<usize>(array), this.address, this.used);
    return array;
  }

  /** Makes room for `length` more bytes and returns where they go. */
  private grow(length: u32): usize {
    const start = this.used;
    const end = start + length;
    if (end > <u32>this.buffer.length) {
      const larger = new StaticArray<u8>(max(end, <u32>this.buffer.length * 2));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.buffer), start);
      this.buffer = larger;
    }
    this.used = end;
    return changetype<usize>(this.buffer) + start;
  }
}

/** How many digits `value` has. */
export function decimalLength(value: u32): u32 {
  let digits: u32 = 1;
  while (value >= 10) {
    value /= 10;
    digits++;
  }
  return digits;
}

/** The bytes of `text`, which must be ASCII. */
export function asciiBytes(text: string): StaticArray<u8> {
  return new ByteWriter().ascii(text).toArray();
}

/** Where an array's bytes are. For host calls only. */
export function addressOf(bytes: StaticArray<u8>): usize {
  return changetype<usize>(bytes);
}

/** Cells that the host writes results into: an address and a length, or one number. */
export const RESULT_ADDRESS: usize = memory.data(16, 8);
export const RESULT_LENGTH: usize = RESULT_ADDRESS + 8;

/** Empties the result cells, so that a host that answers Ok and writes nothing returned nothing. */
export function clearResult(): void {
  store<u64>(RESULT_ADDRESS, 0);
  store<u64>(RESULT_LENGTH, 0);
}

/** The number that the host wrote into the first result cell. */
export function resultU32(): u32 {
  return load<u32>(RESULT_ADDRESS);
}

export function resultU64(): u64 {
  return load<u64>(RESULT_ADDRESS);
}

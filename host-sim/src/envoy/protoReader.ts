/**
 * Reads protobuf as the C++ library does, since what it refuses decides the status of a host call
 * (google/protobuf parse_context.h: ReadTag, ReadSize, VarintParse, UnknownFieldParse). Readers for
 * JavaScript are more lenient in some corners and stricter in others.
 */

export type ProtoField =
  | { readonly number: number; readonly kind: "varint"; readonly value: bigint }
  | { readonly number: number; readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Fixed-size numbers and groups: nothing here looks into them. */
  | { readonly number: number; readonly kind: "other" };

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;
const MAX_TAG_BYTES = 5;
const MAX_VARINT_BYTES = 10;
const MAX_GROUP_DEPTH = 100;

/** All fields of a message in their order; undefined where the C++ parser fails. */
export function readProto(data: Uint8Array): readonly ProtoField[] | undefined {
  const fields: ProtoField[] = [];
  const reader = new Reader(data);
  while (!reader.atEnd) {
    const field = reader.field(reader.tag(), 0);
    if (!field || reader.failed) return undefined;
    fields.push(field);
  }
  return reader.failed ? undefined : fields;
}

class Reader {
  readonly #data: Uint8Array;
  #at = 0;
  failed = false;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get atEnd(): boolean {
    return this.#at >= this.#data.length || this.failed;
  }

  /** Up to five bytes; bits above 32 are dropped without a word. */
  tag(): number {
    let tag = 0;
    for (let i = 0; i < MAX_TAG_BYTES; i++) {
      const byte = this.#byte();
      tag = (tag | ((byte & 0x7f) << (7 * i))) >>> 0;
      if (byte < 0x80) return tag;
    }
    return this.#fail();
  }

  field(tag: number, depth: number): ProtoField | undefined {
    const number = tag >>> 3;
    if (number === 0) return undefined;
    switch (tag & 7) {
      case VARINT:
        return { number, kind: "varint", value: this.#varint() };
      case FIXED64:
        this.#skip(8);
        return { number, kind: "other" };
      case LENGTH_DELIMITED: {
        const length = this.#size();
        const start = this.#at;
        this.#skip(length);
        return { number, kind: "bytes", bytes: this.#data.subarray(start, this.#at) };
      }
      case START_GROUP:
        return this.#group(number, depth + 1) ? { number, kind: "other" } : undefined;
      case FIXED32:
        this.#skip(4);
        return { number, kind: "other" };
      default:
        return undefined;
    }
  }

  #group(number: number, depth: number): boolean {
    if (depth > MAX_GROUP_DEPTH) return false;
    while (!this.atEnd) {
      const tag = this.tag();
      if ((tag & 7) === END_GROUP) return tag >>> 3 === number;
      if (!this.field(tag, depth)) return false;
    }
    return false;
  }

  #varint(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    this.#fail();
    return 0n;
  }

  /** Below 2 GiB. */
  #size(): number {
    let size = 0;
    for (let i = 0; i < MAX_TAG_BYTES; i++) {
      const byte = this.#byte();
      if (i === MAX_TAG_BYTES - 1 && byte >= 8) return this.#fail();
      size += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return size;
    }
    return this.#fail();
  }

  #skip(length: number): void {
    if (this.#at + length > this.#data.length) this.#fail();
    else this.#at += length;
  }

  #byte(): number {
    const byte = this.#data[this.#at];
    if (byte === undefined) return this.#fail();
    this.#at++;
    return byte;
  }

  #fail(): 0 {
    this.failed = true;
    return 0;
  }
}

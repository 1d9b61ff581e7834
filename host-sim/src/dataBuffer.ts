import { Status } from "./abi.ts";
import { concatBytes, NO_BYTES } from "./bytes.ts";
import type { HostBuffer } from "./hostcalls/hostContext.ts";

/** Bytes of a connection on their way through the filters; a filter may edit them. */
export class DataBuffer implements HostBuffer {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array = NO_BYTES) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  slice(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  append(data: Uint8Array): void {
    this.bytes = this.bytes.length === 0 ? data : concatBytes([this.bytes, data]);
  }

  /** Takes everything out. */
  drain(): Uint8Array {
    const { bytes } = this;
    this.bytes = NO_BYTES;
    return bytes;
  }

  /**
   * Envoy context.cc, Buffer::copyFrom: at the start drops `length` bytes and puts the data before
   * the rest; at or behind the end appends; no edit in the middle.
   */
  write(start: number, length: number, data: Uint8Array): Status {
    if (start === 0) this.bytes = concatBytes([data, this.bytes.subarray(length)]);
    else if (start >= this.length) this.bytes = concatBytes([this.bytes, data]);
    else return Status.BadArgument;
    return Status.Ok;
  }
}

/** Bytes that the guest may only read. */
export class ReadOnlyBuffer implements HostBuffer {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  write(): Status {
    return Status.BadArgument;
  }
}

/** DER as BoringSSL reads it (crypto/bytestring/cbs.cc): lengths in their shortest form only. */

import { bytesToNumberBE } from "@noble/curves/utils.js";

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;

/** Bytes that are read from the front. Every read throws a DerError where BoringSSL fails. */
export interface DerReader {
  readonly isEmpty: boolean;
  /** The tag of the next element; undefined at the end. */
  readonly tag: number | undefined;
  /** The contents of an element that must have this tag. */
  element(tag: number): Uint8Array;
  /** The elements within one that must have this tag. */
  inside(tag: number): DerReader;
  /** An INTEGER, which must not be negative. */
  unsigned(): bigint;
  /** Nothing may follow. */
  end(): void;
}

export class DerError extends Error {}

/** The longest length that BoringSSL reads has four bytes. */
const MAX_LENGTH_BYTES = 4;
const LONG_FORM = 0x80;

export function readDer(bytes: Uint8Array): DerReader {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new DerError("the bytes end early");
    return byte;
  };
  const length = (): number => {
    const first = next();
    if (first < LONG_FORM) return first;
    const count = first - LONG_FORM;
    if (count === 0 || count > MAX_LENGTH_BYTES) throw new DerError("a length DER has not");
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 256 + next();
    const shortest = Math.max(LONG_FORM, 256 ** (count - 1));
    if (value < shortest) throw new DerError("a length is not in its shortest form");
    return value;
  };
  const reader: DerReader = {
    get isEmpty() {
      return at === bytes.length;
    },
    get tag() {
      return bytes[at];
    },
    element(tag) {
      if (next() !== tag) throw new DerError("another element is due");
      const size = length();
      if (size > bytes.length - at) throw new DerError("the bytes end early");
      at += size;
      return bytes.subarray(at - size, at);
    },
    inside: (tag) => readDer(reader.element(tag)),
    unsigned() {
      const bytes = reader.element(INTEGER);
      const [first = 0x80, second = 0x80] = bytes;
      if (first >= 0x80) throw new DerError("an integer is missing or negative");
      if (first === 0 && second < 0x80) throw new DerError("an integer has a zero in front");
      return bytesToNumberBE(bytes);
    },
    end() {
      if (!reader.isEmpty) throw new DerError("bytes follow");
    },
  };
  return reader;
}

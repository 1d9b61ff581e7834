import type { ScenarioBytes } from "./scenario.ts";

export const encoder = new TextEncoder();

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-8 to text, ill-formed parts replaced. */
export const decodeText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Text as UTF-8. */
export const asBytes = (value: Uint8Array | string): Uint8Array =>
  typeof value === "string" ? encoder.encode(value) : value;

/** As absl::AsciiStrToLower: other letters stay as they are. */
export const asciiLowerCase = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Addresses and names are no longer. */
const SHORT = 128;

/** A short ASCII text as bytes, without a new array for each. */
export class ShortText {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SHORT);
  readonly view = new DataView(this.bytes.buffer);
  #text: string | undefined;

  get length(): number {
    return this.#text?.length ?? 0;
  }

  /** False, and nothing is held, for a text that is long or not ASCII. */
  set(text: string): boolean {
    const { bytes } = this;
    let all = 0;
    const length = text.length <= SHORT ? text.length : 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      all |= code;
      bytes[i] = code;
    }
    this.#text = all < 128 && text.length <= SHORT ? text : undefined;
    return this.#text !== undefined;
  }

  holds(text: string): boolean {
    return this.#text === text;
  }
}

/**
 * Copies a few bytes: words take a third of the time of single bytes, and `set` first needs a view
 * of the source, which takes longer than a copy of 64 bytes.
 */
export function copyFew(
  from: DataView,
  start: number,
  to: DataView,
  at: number,
  length: number,
): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) to.setInt32(at + i, from.getInt32(start + i, true), true);
  for (; i < length; i++) to.setUint8(at + i, from.getUint8(start + i));
}

const wide = new BigInt64Array(1);
const halves = new Int32Array(wide.buffer);

/** The two words of an i64, low and high; the same array at each call. */
export function wordsOfI64(value: bigint): Int32Array {
  wide[0] = value;
  return halves;
}

/** The bytes that a scenario writes as text (UTF-8) or as base64. */
export function encodeBytes(value: ScenarioBytes): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : decodeBase64(value.base64);
}

/** Well-formed base64 to bytes; the scenario's schema has checked the form. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** The pieces keep the number of arguments small. */
export function encodeBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 4096) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 4096)));
  }
  return btoa(pieces.join(""));
}

/** One for all: an empty array of its own for each buffer of each connection adds up. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first = NO_BYTES] = parts;
  if (parts.length < 2) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

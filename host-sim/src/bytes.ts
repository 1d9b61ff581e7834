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

/** How many bytes a text has in UTF-8. Addresses and names are short ASCII; this is quick for those. */
export function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return encoder.encode(text).length;
  }
  return text.length;
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

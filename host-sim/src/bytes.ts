import type { ScenarioBytes } from "./scenario.ts";

const utf8 = new TextEncoder();

/** The bytes that a scenario writes as text (UTF-8) or as base64. */
export function encodeBytes(value: ScenarioBytes): Uint8Array {
  return typeof value === "string" ? utf8.encode(value) : decodeBase64(value.base64);
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

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

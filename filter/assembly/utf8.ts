/** Well-formed UTF-8 (RFC 3629): protobuf strings, and so the names that Envoy takes, must be. Pure. */
import { ByteWriter, Slice } from "./proxy-wasm/memory";

/** How many bytes the character at `at` has; 0 if it is not well formed. */
export function characterLength(text: Slice, at: u32): u32 {
  const first: u32 = text.at(at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length: u32 = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let codePoint = first & (0x7f >> length);
  for (let i: u32 = 1; i < length; i++) {
    const byte: u32 = text.at(at + i);
    if ((byte & 0xc0) != 0x80) return 0;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  // No longer form than needed, no half of a surrogate pair, nothing above the last character.
  const least: u32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  const isSurrogate = codePoint >> 11 == 0x1b;
  return codePoint < least || codePoint > 0x10ffff || isSurrogate ? 0 : length;
}

export function isUtf8(text: Slice): bool {
  let at: u32 = 0;
  while (at < text.length) {
    const length = characterLength(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/** Writes a character. `codePoint` is at most 0x10ffff and no surrogate. */
export function writeCharacter(out: ByteWriter, codePoint: u32): void {
  if (codePoint < 0x80) {
    out.byte(<u8>codePoint);
    return;
  }
  // How many bytes follow the first, six bits in each.
  let following: u32 = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  out.byte(<u8>((0xf80 >> following) | (codePoint >> (6 * following))));
  while (following-- > 0) out.byte(<u8>(0x80 | ((codePoint >> (6 * following)) & 0x3f)));
}

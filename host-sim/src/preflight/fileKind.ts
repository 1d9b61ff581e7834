/** What a file that is no wasm module looks like, for the message. */

const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], "gzip data; unpack it first"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive; unpack it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd data; unpack it first"],
  [[0x7f, 0x45, 0x4c, 0x46], "an ELF program; build for a wasm target"],
  [[0xcf, 0xfa, 0xed, 0xfe], "a Mach-O program; build for a wasm target"],
  [[0x4d, 0x5a], "a Windows program; build for a wasm target"],
];

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((it, index) => bytes[index] === it);
}

/** True for a wasm component (WASI preview 2): version 13, layer 1, instead of version 1. */
export function isComponent(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]);
}

/** Answers words that complete "This is ...". */
export function describeFile(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  if (isComponent(bytes)) return "a wasm component; build a core module instead";
  for (const [prefix, what] of MAGIC) if (startsWith(bytes, prefix)) return what;
  if (startsWith(bytes, [0x00, 0x61, 0x73, 0x6d])) return "a damaged wasm module";
  if (bytes.length < 8) return `a file of only ${bytes.length} bytes`;
  const text = printablePrefix(bytes);
  if (text === undefined) return "a binary file of unknown kind";
  if (/^\s*(?:;;|\(;|\()/.test(text)) return "wasm text (.wat); assemble it first, with wat2wasm";
  if (/^\s*(?:<!doctype|<html|<\?xml)/i.test(text))
    return "an HTML or XML page; was the download one?";
  if (text.startsWith("version https://git-lfs")) return "a Git LFS pointer; run git lfs pull";
  return `text that begins ${JSON.stringify(text.slice(0, 30))}`;
}

/** The first 64 bytes as text, if they are text. */
function printablePrefix(bytes: Uint8Array): string | undefined {
  const prefix = bytes.subarray(0, 64);
  if (!prefix.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)) {
    return undefined;
  }
  return new TextDecoder().decode(prefix);
}

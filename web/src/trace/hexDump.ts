/** Bytes as lines of a hex dump. */
export interface HexLine {
  /** Index of the first byte, as four or more hex digits. */
  readonly offset: string;
  readonly bytes: readonly HexByte[];
}

export interface HexByte {
  readonly index: number;
  readonly hex: string;
  /** The byte as printable ASCII, `·` for anything else. */
  readonly text: string;
}

/** @param perLine bytes in one line, at least 1. @param base address of the first byte. */
export function hexDump(bytes: Uint8Array, perLine: number, base = 0): readonly HexLine[] {
  const lines: HexLine[] = [];
  for (let start = 0; start < bytes.length; start += perLine)
    lines.push({
      offset: (base + start).toString(16).padStart(4, "0"),
      bytes: Array.from(bytes.subarray(start, start + perLine), (byte, column) => ({
        index: start + column,
        hex: byte.toString(16).padStart(2, "0"),
        text: byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
      })),
    });
  return lines;
}

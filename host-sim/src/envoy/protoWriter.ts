/** Writes protobuf fields: as much as configurations and results of foreign functions need. */

/** An unsigned varint below 2^53. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

export function varintField(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}

export function doubleField(number: number, value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [...varint(number * 8 + 1), ...bytes];
}

/** A string, bytes or message field. */
export function bytesField(number: number, bytes: ArrayLike<number> & Iterable<number>): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

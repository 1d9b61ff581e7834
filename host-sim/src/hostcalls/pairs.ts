/** Header pairs as proxy-wasm lays them out in memory (proxy-wasm-cpp-host pairs_util.cc). */
import type { Pairs } from "./hostContext.ts";

const MAX_PAIRS = 1024;
const MAX_PAIRS_BYTES = 1024 * 1024;

/** The same layout, written. */
export function writePairs(pairs: Pairs): Uint8Array {
  const lengths = pairs.reduce((sum, [name, value]) => sum + name.length + value.length + 2, 0);
  const bytes = new Uint8Array(4 + pairs.length * 8 + lengths);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, pairs.length, true);
  let at = 4 + pairs.length * 8;
  pairs.forEach(([name, value], i) => {
    view.setUint32(4 + i * 8, name.length, true);
    view.setUint32(8 + i * 8, value.length, true);
    for (const part of [name, value]) {
      bytes.set(part, at);
      at += part.length + 1;
    }
  });
  return bytes;
}

/**
 * Reads count, then (name length, value length) for each, then `name\0value\0` for each, all little
 * endian u32. Anything malformed is an empty list, as in the C++ host: there is no error.
 */
export function readPairs(data: Uint8Array): Pairs {
  if (data.length > MAX_PAIRS_BYTES || data.length < 4) return [];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const count = view.getUint32(0, true);
  if (count > MAX_PAIRS || 4 + count * 8 > data.length) return [];
  const pairs: [Uint8Array, Uint8Array][] = [];
  let at = 4 + count * 8;
  const take = (length: number) => {
    const part = data.slice(at, at + length);
    const ok = at + length < data.length && data[at + length] === 0;
    at += length + 1;
    return ok ? part : undefined;
  };
  for (let i = 0; i < count; i++) {
    const name = take(view.getUint32(4 + i * 8, true));
    const value = name && take(view.getUint32(8 + i * 8, true));
    if (!name || !value) return [];
    pairs.push([name, value]);
  }
  return at === data.length ? pairs : [];
}

/** Changes inputs as coverage-guided fuzzers do: bits, bytes, pieces, words, and halves of others. */
import type { Random } from "../src/random.ts";

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x7b, 0x7d, 0x2e, 0x3a, 0x5b];
const MOST_BYTES = 65_536;

export interface MutateOptions {
  /** Pieces of text or bytes that mean something to the target. */
  readonly words: readonly Uint8Array[];
  /** Chance in a hundred that the length stays: for formats full of lengths. */
  readonly keepLength: number;
}

/** A changed copy. */
export function mutate(
  input: Uint8Array,
  others: readonly Uint8Array[],
  random: Random,
  { words, keepLength }: MutateOptions,
): Uint8Array {
  let bytes = Array.from(input);
  const below = (limit: number): number => (limit > 0 ? random.next() % limit : 0);
  const inPlace = below(100) < keepLength;
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(bytes.length);
    switch (below(inPlace ? 3 : 8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        bytes[at] = INTERESTING[below(INTERESTING.length)] ?? 0;
        break;
      case 2:
        bytes[at] = below(256);
        break;
      case 3:
        bytes.splice(at, 1 + below(8));
        break;
      case 4:
        bytes.splice(at, 0, ...Array.from({ length: 1 + below(8) }, () => below(256)));
        break;
      case 5:
        bytes.splice(at, 0, ...(words[below(words.length)] ?? []));
        break;
      case 6:
        bytes.splice(at, 0, ...bytes.slice(at, at + 1 + below(32)));
        break;
      default: {
        const other = others[below(others.length)] ?? input;
        bytes = [...bytes.slice(0, at), ...other.slice(below(other.length))];
      }
    }
  }
  return Uint8Array.from(bytes.slice(0, MOST_BYTES));
}

/** The smallest input found, by leaving out pieces, on which `fails` still holds. */
export function shrink(input: Uint8Array, fails: (input: Uint8Array) => boolean): Uint8Array {
  let best = input;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length;) {
      const shorter = Uint8Array.from([...best.slice(0, at), ...best.slice(at + size)]);
      if (fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}

/** Which parts of a memory to show: what a call names, and what it changed. */
import type { MemoryBlock, MemoryRange } from "../../trace/observation.ts";

/** Blocks begin and end at multiples of this, and are one when no more than this is between them. */
const LINE = 16;

/** @param after undefined: the call did not return. */
export function memoryBlocks(
  before: Uint8Array,
  after: Uint8Array | undefined,
  ranges: readonly MemoryRange[],
): readonly MemoryBlock[] {
  const size = Math.max(before.length, after?.length ?? 0);
  const lines = new Set<number>();
  for (const { pointer, length } of ranges) {
    const end = Math.min(pointer + Math.max(1, length), size);
    for (let line = Math.floor(pointer / LINE); line * LINE < end; line++) lines.add(line);
  }
  if (after !== undefined)
    for (const index of changedIndexes(before, after)) lines.add(Math.floor(index / LINE));
  const blocks: MemoryBlock[] = [];
  let first: number | undefined;
  let last = -Infinity;
  const close = () => {
    if (first === undefined) return;
    const [start, end] = [first * LINE, Math.min((last + 1) * LINE, size)];
    blocks.push({
      address: start,
      before: cut(before, start, end),
      ...(after === undefined ? {} : { after: cut(after, start, end) }),
    });
  };
  for (const line of [...lines].sort((a, b) => a - b)) {
    if (line > last + 2) {
      close();
      first = line;
    }
    last = line;
  }
  close();
  return blocks;
}

function* changedIndexes(before: Uint8Array, after: Uint8Array): Iterable<number> {
  for (let index = 0; index < after.length; index++)
    if (after[index] !== (before[index] ?? 0)) yield index;
}

/** What a memory that has grown since did not have yet reads as zeros, as it begins. */
function cut(memory: Uint8Array, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  bytes.set(memory.subarray(start, end));
  return bytes;
}

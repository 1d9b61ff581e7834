/** The heat map: at most 256 cells at once, each an address or a block of addresses. */
import type { AddressList } from "./plan.ts";
import { PENDING } from "./outcomes.ts";

/** Addresses from `first`, `size` of them; the whole sweep, or a block that was opened. */
export interface Block {
  readonly first: number;
  readonly size: number;
}

export interface Cell extends Block {
  /** Short text inside the cell. */
  readonly label: string;
}

/** How many addresses a cell of a block stands for: 1, 256 or 65 536. */
export function cellSize({ size }: Block): number {
  return size > 65_536 ? 65_536 : size > 256 ? 256 : 1;
}

/** The cells of a block, in order. The last one may be smaller. */
export function cellsOf(list: AddressList, block: Block): readonly Cell[] {
  const size = cellSize(block);
  const end = block.first + block.size;
  const cells: Cell[] = [];
  for (let first = block.first; first < end; first += size) {
    cells.push({
      first,
      size: Math.min(size, end - first),
      label: cellLabel(list.at(first), size),
    });
  }
  return cells;
}

/** The part of the address that tells the cells of a block apart: `42`, `.42`, `f0`. */
function cellLabel(address: string, size: number): string {
  const octets = address.split(".");
  if (octets.length === 4) {
    const place = size === 1 ? 3 : size === 256 ? 2 : 1;
    return `${size === 1 ? "" : "."}${octets[place] ?? ""}`;
  }
  const groups = address.split(":");
  return size > 256 ? `${groups.at(-2) || "0"}:0` : groups.at(-1) || "0";
}

/** `10.0.42.0/24`, or from the first to the last address where no network holds them. */
export function blockName(list: AddressList, { first, size }: Block): string {
  const from = list.at(first);
  if (size === 1) return from;
  if (list.only && Number.isInteger(Math.log2(size))) {
    const bits = from.includes(":") ? 128 : 32;
    return `${from}/${bits - Math.log2(size)}`;
  }
  return `${from} to ${list.at(first + size - 1)}`;
}

/** The block that holds a place, of a size that a cell of `parent` has. */
export function blockAt(parent: Block, index: number): Block {
  const size = cellSize(parent);
  const first = parent.first + Math.floor((index - parent.first) / size) * size;
  return { first, size: Math.min(size, parent.first + parent.size - first) };
}

/** The blocks from the whole sweep down to the one whose cells are addresses around `index`. */
export function pathTo(count: number, index: number): readonly Block[] {
  const path: Block[] = [{ first: 0, size: count }];
  for (let block = path[0]; block && cellSize(block) > 1;) {
    block = blockAt(block, index);
    path.push(block);
  }
  return path;
}

/**
 * How often each byte comes in each cell, most frequent first.
 * @param codes of one destination: one byte for each address of the list.
 */
export function cellShares(
  codes: Uint8Array,
  cells: readonly Block[],
): readonly (readonly { readonly code: number; readonly count: number }[])[] {
  const counts = new Uint32Array(256);
  return cells.map(({ first, size }) => {
    if (size === 1) return [{ code: codes[first] ?? PENDING, count: 1 }];
    counts.fill(0);
    for (let index = first; index < first + size; index++) {
      const code = codes[index] ?? PENDING;
      counts[code] = (counts[code] ?? 0) + 1;
    }
    const shares: { code: number; count: number }[] = [];
    counts.forEach((count, code) => {
      if (count > 0) shares.push({ code, count });
    });
    return shares.sort((a, b) => b.count - a.count || a.code - b.code);
  });
}

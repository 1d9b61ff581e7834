/**
 * Envoy gives a VM at most 1 GiB (proxy-wasm-cpp-host limits.h): `memory.grow` beyond it fails,
 * whatever maximum the module declares. Engines here have no such setting, so the maximum is
 * written into the module.
 */
import { ENVOY_MEMORY_BYTES } from "../limits.ts";
import { ByteReader, WasmFormatError } from "./bytes.ts";

const PAGE_BYTES = 65536;
/** 1 GiB in pages. */
const MAX_PAGES = ENVOY_MEMORY_BYTES / PAGE_BYTES;

const HEADER_LENGTH = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
/** 64-bit addresses, own page size: left alone. */
const UNUSUAL = 4 | 8;

export interface LimitedModule {
  readonly bytes: Uint8Array;
  /** By how many bytes everything after the memory section has moved. */
  readonly shift: number;
}

/**
 * The maximum of a memory. Under a limit below Envoy's it is twice the limit: a guest that gets there
 * is stopped before it sees an answer of memory.grow that Envoy would not give, unless it asks for
 * more than the limit at once.
 */
export function pagesUpTo(memoryBytes: number, initial: number, declared = MAX_PAGES): number {
  const limit = Math.ceil((2 * memoryBytes) / PAGE_BYTES);
  return Math.min(declared, MAX_PAGES, Math.max(limit, initial));
}

/**
 * The module with its own memories limited; itself where there is nothing to do or to understand.
 *
 * @param memoryBytes the simulator's limit, at most Envoy's
 */
export function limitMemory(bytes: Uint8Array, memoryBytes = ENVOY_MEMORY_BYTES): LimitedModule {
  try {
    return rewrite(bytes, memoryBytes) ?? { bytes, shift: 0 };
  } catch (error) {
    if (error instanceof WasmFormatError) return { bytes, shift: 0 };
    throw error;
  }
}

function rewrite(bytes: Uint8Array, memoryBytes: number): LimitedModule | undefined {
  const reader = new ByteReader(bytes, HEADER_LENGTH);
  while (reader.remaining > 0) {
    const start = reader.offset;
    const id = reader.byte("a section id");
    const size = reader.u32("a section's size");
    const content = reader.offset;
    if (id !== MEMORY_SECTION) {
      reader.offset = content + size;
      continue;
    }
    const section = limitSection(bytes.subarray(content, content + size), memoryBytes);
    if (!section) return undefined;
    const head = Uint8Array.from([MEMORY_SECTION, ...leb(section.length)]);
    const rest = bytes.subarray(content + size);
    const limited = new Uint8Array(start + head.length + section.length + rest.length);
    limited.set(bytes.subarray(0, start), 0);
    limited.set(head, start);
    limited.set(section, start + head.length);
    limited.set(rest, start + head.length + section.length);
    return { bytes: limited, shift: limited.length - bytes.length };
  }
  return undefined;
}

/** Undefined where every maximum is low enough, or a memory is of an unusual kind. */
function limitSection(content: Uint8Array, memoryBytes: number): Uint8Array | undefined {
  const reader = new ByteReader(content, 0);
  const count = reader.u32("the number of memories");
  const out = [...leb(count)];
  let changed = false;
  for (let i = 0; i < count; i++) {
    const flags = reader.byte("limits");
    if (flags & UNUSUAL) return undefined;
    const initial = reader.u32("a memory's size");
    // Compiles in Envoy; that no instance can be made is the pre-flight's to say.
    if (initial > MAX_PAGES) return undefined;
    const maximum = flags & HAS_MAXIMUM ? reader.u32("a memory's maximum") : undefined;
    const limit = pagesUpTo(memoryBytes, initial, maximum);
    changed ||= limit !== maximum;
    out.push(flags | HAS_MAXIMUM, ...leb(initial), ...leb(limit));
  }
  return changed ? Uint8Array.from(out) : undefined;
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/**
 * Envoy gives a VM at most 1 GiB (proxy-wasm-cpp-host limits.h): `memory.grow` beyond it fails,
 * whatever maximum the module declares. Engines here have no such setting, so the maximum is
 * written into the module.
 */
import { ByteReader, WasmFormatError } from "./bytes.ts";

/** 1 GiB in pages of 64 KiB. */
export const MAX_PAGES = 16384;

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

/** The module with its own memories limited; itself where there is nothing to do or to understand. */
export function limitMemory(bytes: Uint8Array): LimitedModule {
  try {
    return rewrite(bytes) ?? { bytes, shift: 0 };
  } catch (error) {
    if (error instanceof WasmFormatError) return { bytes, shift: 0 };
    throw error;
  }
}

function rewrite(bytes: Uint8Array): LimitedModule | undefined {
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
    const section = limitSection(bytes.subarray(content, content + size));
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
function limitSection(content: Uint8Array): Uint8Array | undefined {
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
    // More than Envoy gives at all: the module is refused when it is instantiated.
    if (initial > MAX_PAGES) return undefined;
    const limit = Math.min(maximum ?? MAX_PAGES, MAX_PAGES);
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

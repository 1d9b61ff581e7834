/** Custom sections with a known meaning: `name` and `producers`. */
import { WasmFormatError, type ByteReader } from "./bytes.ts";
import { demangle } from "./demangle.ts";

/** What the `producers` section says: the source languages and the tools, with their versions. */
export interface WasmProducers {
  readonly language: readonly string[];
  readonly processedBy: readonly string[];
}

/** A custom section that cannot be read says nothing; it never makes a module invalid. */
function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WasmFormatError) return undefined;
    throw error;
  }
}

/**
 * Names of functions by index, from sub-section 1 of the `name` section, as far as readable and as
 * Envoy prints them.
 */
export function readFunctionNames(reader: ByteReader): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  tolerant(() => {
    while (reader.remaining > 0) {
      const id = reader.byte("a name sub-section");
      const part = reader.slice(reader.u32("a name sub-section"), "a name sub-section");
      if (id !== 1) continue;
      const count = part.count("function names");
      for (let entry = 0; entry < count; entry += 1) {
        const index = part.u32("a function index");
        const name = demangle(part.name("a function name"));
        if (!names.has(index)) names.set(index, name);
      }
    }
  });
  return names;
}

/** https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md */
export function readProducers(reader: ByteReader): WasmProducers | undefined {
  return tolerant(() => {
    const fields = new Map<string, readonly string[]>();
    const fieldCount = reader.count("producers fields");
    for (let field = 0; field < fieldCount; field += 1) {
      const fieldName = reader.name("a producers field");
      const valueCount = reader.count("producers values");
      const values = Array.from({ length: valueCount }, () => {
        const name = reader.name("a producer");
        return `${name} ${reader.name("a producer's version")}`.trim();
      });
      fields.set(fieldName, values);
    }
    return {
      language: fields.get("language") ?? [],
      processedBy: [...(fields.get("processed-by") ?? []), ...(fields.get("sdk") ?? [])],
    };
  });
}

/** The URL in a `sourceMappingURL` section. */
export function readSourceMapUrl(reader: ByteReader): string | undefined {
  return tolerant(() => reader.name("the source map URL"));
}

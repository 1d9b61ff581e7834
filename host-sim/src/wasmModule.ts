/**
 * Reads what a wasm binary declares: imports, exports, memory, start function, custom sections.
 * It does not validate; that is the engine's part.
 */
import type { WasmSignature } from "./abi.ts";
import { ByteReader, WasmFormatError } from "./wasm/bytes.ts";
import {
  readFunctionNames,
  readProducers,
  readSourceMapUrl,
  type WasmProducers,
} from "./wasm/customSections.ts";
import {
  readGlobalType,
  readLimits,
  readTypes,
  readValueType,
  type WasmGlobalType,
  type WasmLimits,
} from "./wasm/types.ts";

export type WasmImport = { readonly module: string; readonly name: string } & (
  | { readonly kind: "function"; readonly signature?: WasmSignature }
  | { readonly kind: "table" | "memory"; readonly limits: WasmLimits }
  | { readonly kind: "global"; readonly global: WasmGlobalType }
  | { readonly kind: "tag" }
);

export interface WasmExport {
  readonly name: string;
  readonly kind: "function" | "table" | "memory" | "global" | "tag";
  readonly index: number;
  /** For functions whose type this reader knows. */
  readonly signature?: WasmSignature;
}

export interface WasmCustomSection {
  readonly name: string;
  /** Bytes of the section after its name. */
  readonly size: number;
}

export interface WasmModule {
  readonly imports: readonly WasmImport[];
  readonly exports: readonly WasmExport[];
  /** Imported memories, then defined ones. */
  readonly memories: readonly WasmLimits[];
  /** Index of the function that the start section names. */
  readonly start?: number;
  /** Functions and globals that the module itself defines. */
  readonly functionCount: number;
  readonly globalCount: number;
  /** Bytes of the sections' contents. */
  readonly codeSize: number;
  readonly dataSize: number;
  readonly customSections: readonly WasmCustomSection[];
  /** From the `name` section, by function index (imported first), as Envoy prints them. */
  readonly functionNames: ReadonlyMap<number, string>;
  readonly producers?: WasmProducers;
  readonly sourceMapUrl?: string;
}

export interface WasmModuleError {
  readonly error: string;
  /** Byte offset in the file. */
  readonly offset: number;
}

const EXTERNAL_KINDS = ["function", "table", "memory", "global", "tag"] as const;

/** What has been read so far; sections only add to it. */
interface Draft {
  types: readonly (WasmSignature | undefined)[];
  functionTypes: number[];
  imports: WasmImport[];
  exports: WasmExport[];
  memories: WasmLimits[];
  start: number | undefined;
  globalCount: number;
  codeSize: number;
  dataSize: number;
  customSections: WasmCustomSection[];
  functionNames: ReadonlyMap<number, string>;
  producers: WasmProducers | undefined;
  sourceMapUrl: string | undefined;
}

/**
 * Answers what `bytes` declare, or what is wrong at which byte. Never throws; time and memory are
 * linear in the number of bytes.
 */
export function parseWasmModule(bytes: Uint8Array): WasmModule | WasmModuleError {
  try {
    return read(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof WasmFormatError) return { error: error.message, offset: error.offset };
    throw error;
  }
}

function read(reader: ByteReader): WasmModule {
  for (const expected of [0x00, 0x61, 0x73, 0x6d]) {
    if (reader.byte("the magic number") !== expected) {
      throw new WasmFormatError("the magic number \\0asm is missing", 0);
    }
  }
  const version = [0, 1, 2, 3].map(() => reader.byte("the version"));
  if (version.join() !== "1,0,0,0") {
    throw new WasmFormatError(`the version bytes are ${version.join(" ")}, not 1 0 0 0`, 4);
  }
  const draft: Draft = {
    types: [],
    functionTypes: [],
    imports: [],
    exports: [],
    memories: [],
    start: undefined,
    globalCount: 0,
    codeSize: 0,
    dataSize: 0,
    customSections: [],
    functionNames: new Map(),
    producers: undefined,
    sourceMapUrl: undefined,
  };
  while (reader.remaining > 0) {
    const id = reader.byte("a section");
    const size = reader.u32("the size of a section");
    readSection(draft, id, reader.slice(size, `the section of kind ${id}`), size);
  }
  return finish(draft);
}

function readSection(draft: Draft, id: number, section: ByteReader, size: number): void {
  switch (id) {
    case 0:
      return readCustomSection(draft, section);
    case 1:
      draft.types = readTypes(section);
      return;
    case 2:
      return readImports(draft, section);
    case 3:
      draft.functionTypes = readList(section, "functions", () => section.u32("a function's type"));
      return;
    case 5:
      draft.memories = [
        ...draft.memories,
        ...readList(section, "memories", () => readLimits(section, "a memory")),
      ];
      return;
    case 6:
      draft.globalCount = section.count("globals");
      return;
    case 7:
      draft.exports = readList(section, "exports", () => readExport(section));
      return;
    case 8:
      draft.start = section.u32("the start function");
      return;
    case 10:
      draft.codeSize = size;
      return;
    case 11:
      draft.dataSize = size;
      return;
    default: // tables, elements, data count, tags: nothing that is asked for
      return;
  }
}

function readList<T>(section: ByteReader, what: string, readOne: () => T): T[] {
  return Array.from({ length: section.count(what) }, readOne);
}

function readImports(draft: Draft, section: ByteReader): void {
  draft.imports = readList(section, "imports", (): WasmImport => {
    const module = section.name("an import's module");
    const name = section.name("an import's name");
    const at = section.offset;
    switch (section.byte("an import's kind")) {
      case 0: {
        const signature = draft.types[section.u32("an import's type")];
        return { module, name, kind: "function", ...(signature ? { signature } : {}) };
      }
      case 1:
        readValueType(section, "a table's type");
        return { module, name, kind: "table", limits: readLimits(section, "a table") };
      case 2: {
        const limits = readLimits(section, "a memory");
        draft.memories.push(limits);
        return { module, name, kind: "memory", limits };
      }
      case 3:
        return { module, name, kind: "global", global: readGlobalType(section) };
      case 4:
        section.byte("a tag's attribute");
        section.u32("a tag's type");
        return { module, name, kind: "tag" };
      default:
        throw new WasmFormatError(`the import ${module}.${name} is of an unknown kind`, at);
    }
  });
}

function readExport(section: ByteReader): WasmExport {
  const name = section.name("an export's name");
  const at = section.offset;
  const kind = EXTERNAL_KINDS[section.byte("an export's kind")];
  if (!kind) throw new WasmFormatError(`the export ${name} is of an unknown kind`, at);
  return { name, kind, index: section.u32("an export's index") };
}

function readCustomSection(draft: Draft, section: ByteReader): void {
  const name = section.name("a custom section's name");
  draft.customSections.push({ name, size: section.remaining });
  if (name === "name") draft.functionNames = readFunctionNames(section);
  if (name === "producers") draft.producers = readProducers(section);
  if (name === "sourceMappingURL") draft.sourceMapUrl = readSourceMapUrl(section);
}

function finish(draft: Draft): WasmModule {
  const imported = draft.imports.filter((it) => it.kind === "function");
  const signatureOf = (index: number) =>
    index < imported.length
      ? imported[index]?.signature
      : draft.types[draft.functionTypes[index - imported.length] ?? -1];
  return {
    imports: draft.imports,
    exports: draft.exports.map((it) => {
      const signature = it.kind === "function" ? signatureOf(it.index) : undefined;
      return signature ? { ...it, signature } : it;
    }),
    memories: draft.memories,
    ...(draft.start === undefined ? {} : { start: draft.start }),
    functionCount: draft.functionTypes.length,
    globalCount: draft.globalCount,
    codeSize: draft.codeSize,
    dataSize: draft.dataSize,
    customSections: draft.customSections,
    functionNames: draft.functionNames,
    ...(draft.producers ? { producers: draft.producers } : {}),
    ...(draft.sourceMapUrl === undefined ? {} : { sourceMapUrl: draft.sourceMapUrl }),
  };
}

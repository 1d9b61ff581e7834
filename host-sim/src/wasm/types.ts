/** The type section and the types inside other sections of a wasm binary. */
import type { WasmSignature, WasmType } from "../abi.ts";
import { WasmFormatError, type ByteReader } from "./bytes.ts";

export interface WasmLimits {
  /** Pages of 64 KiB for a memory, elements for a table. */
  readonly initial: number;
  readonly maximum?: number;
  readonly shared: boolean;
  /** Indexed by 64-bit addresses (memory64, table64). */
  readonly is64: boolean;
}

export interface WasmGlobalType {
  readonly type: WasmType;
  readonly mutable: boolean;
}

const VALUE_TYPES: Readonly<Record<number, WasmType>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
  0x70: "funcref",
  0x6f: "externref",
};
/** `(ref ht)` and `(ref null ht)`: a heap type follows. */
const isLongReference = (code: number) => code === 0x63 || code === 0x64;
/** Abstract heap types in short form (anyref, eqref, exnref, ...). */
const isShortReference = (code: number) => code >= 0x68 && code <= 0x74;

export function readValueType(reader: ByteReader, what: string): WasmType {
  const start = reader.offset;
  const code = reader.byte(what);
  const known = VALUE_TYPES[code];
  if (known) return known;
  if (isLongReference(code)) {
    reader.skipS33(what);
    return "ref";
  }
  if (isShortReference(code)) return "ref";
  throw new WasmFormatError(`${what} has the unknown value type 0x${code.toString(16)}`, start);
}

function readValueTypes(reader: ByteReader, what: string): readonly WasmType[] {
  const count = reader.count(what);
  return Array.from({ length: count }, () => readValueType(reader, what));
}

export function readLimits(reader: ByteReader, what: string): WasmLimits {
  const start = reader.offset;
  const flags = reader.byte(what);
  if (flags > 0x0f) {
    throw new WasmFormatError(`${what} has unknown limits flags 0x${flags.toString(16)}`, start);
  }
  const is64 = (flags & 4) !== 0;
  const read = () => (is64 ? reader.u64(what) : reader.u32(what));
  const initial = read();
  const maximum = flags & 1 ? read() : undefined;
  if (flags & 8) reader.u32(what); // custom page size
  const shared = (flags & 2) !== 0;
  return { initial, ...(maximum === undefined ? {} : { maximum }), shared, is64 };
}

export function readGlobalType(reader: ByteReader): WasmGlobalType {
  const type = readValueType(reader, "a global's type");
  return { type, mutable: reader.byte("a global's mutability") === 1 };
}

/**
 * Reads the type section. A type that is no function (struct, array) is undefined. Kinds of types
 * that this reader does not know end the list early: whether they are valid is the engine's to say.
 */
export function readTypes(reader: ByteReader): readonly (WasmSignature | undefined)[] {
  const types: (WasmSignature | undefined)[] = [];
  const count = reader.count("types");
  for (let index = 0; index < count; index += 1) {
    const isGroup = reader.bytes[reader.offset] === 0x4e;
    if (isGroup) reader.byte("a type");
    const groupSize = isGroup ? reader.count("types of a group") : 1;
    for (let inGroup = 0; inGroup < groupSize; inGroup += 1) {
      const type = readSubType(reader);
      if (type === "unknown") return types;
      types.push(type);
    }
  }
  return types;
}

function readSubType(reader: ByteReader): WasmSignature | undefined | "unknown" {
  let form = reader.byte("a type");
  if (form === 0x50 || form === 0x4f) {
    const supertypes = reader.count("supertypes");
    for (let index = 0; index < supertypes; index += 1) reader.u32("a supertype");
    form = reader.byte("a type");
  }
  if (form === 0x60) {
    const params = readValueTypes(reader, "parameters of a function type");
    return { params, results: readValueTypes(reader, "results of a function type") };
  }
  if (form !== 0x5f && form !== 0x5e) return "unknown";
  const fields = form === 0x5f ? reader.count("fields") : 1;
  for (let index = 0; index < fields; index += 1) {
    const code = reader.bytes[reader.offset];
    if (code === 0x78 || code === 0x77) reader.byte("a field");
    else readValueType(reader, "a field");
    reader.byte("a field's mutability");
  }
  return undefined;
}

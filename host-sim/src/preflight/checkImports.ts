/** Linking: every import is resolved in the module's order; the first bad one decides. */
import type { AbiVersion, WasmSignature, WasmType } from "../abi.ts";
import { missingImportRemedy } from "./importHint.ts";
import type { RefusalReason } from "./moduleReport.ts";
import type { WasmImport, WasmModule } from "../wasmModule.ts";

/** Pages: 1 GiB, Envoy's cap for each VM (proxy-wasm-cpp-host include/proxy-wasm/limits.h). */
export const MAX_MEMORY_PAGES = 16384;

export interface LinkRefusal {
  /** Error lines of Envoy. */
  readonly lines: readonly string[];
  readonly reason: RefusalReason;
}

/** Answers what stops `link` in proxy-wasm-cpp-host src/v8/v8.cc, or undefined. */
export function checkImports(
  module: WasmModule,
  abi: AbiVersion,
  hostFunctions: ReadonlyMap<string, WasmSignature>,
): LinkRefusal | undefined {
  for (const it of module.imports) {
    const refusal = checkImport(it, abi, hostFunctions);
    if (refusal) return refusal;
  }
  const memory = module.memories.find((it) => it.initial > MAX_MEMORY_PAGES);
  return memory && memoryRefusal(memory.initial, ["Failed to create new Wasm instance"]);
}

function checkImport(
  it: WasmImport,
  abi: AbiVersion,
  hostFunctions: ReadonlyMap<string, WasmSignature>,
): LinkRefusal | undefined {
  const fullName = `${it.module}.${it.name}`;
  const missing = [`Failed to load Wasm module due to a missing import: ${fullName}`];
  switch (it.kind) {
    case "table":
      return undefined; // the host makes one with the declared limits
    case "memory":
      return it.limits.initial > MAX_MEMORY_PAGES
        ? memoryRefusal(it.limits.initial, [])
        : undefined;
    case "global":
      return {
        lines: missing,
        reason: {
          code: "globalImport",
          summary: `The module imports the global ${fullName}. Envoy offers no globals.`,
          remedy: "Define the global in the module; link it statically, not as a side module.",
        },
      };
    case "tag":
      return {
        lines: missing,
        reason: {
          code: "tagImport",
          summary: `The module imports the exception tag ${fullName}. Envoy offers none.`,
          remedy: "Build without exceptions that cross the module's border.",
        },
      };
    case "function":
      return checkFunction(it, fullName, abi, hostFunctions, missing);
  }
}

function checkFunction(
  it: WasmImport & { readonly kind: "function" },
  fullName: string,
  abi: AbiVersion,
  hostFunctions: ReadonlyMap<string, WasmSignature>,
  missing: readonly string[],
): LinkRefusal | undefined {
  const offered = hostFunctions.get(fullName);
  if (!offered) {
    return {
      lines: missing,
      reason: {
        code: "missingImport",
        summary: `The module imports ${fullName}, which Envoy 1.40 does not have.`,
        remedy: missingImportRemedy(it.module, it.name, abi, hostFunctions.keys()),
      },
    };
  }
  if (!it.signature || sameSignature(it.signature, offered)) return undefined;
  const wanted = formatSignature(it.signature);
  const line =
    `Failed to load Wasm module due to an import type mismatch: ${fullName}, ` +
    `want: ${wanted}, but host exports: ${formatSignature(offered)}`;
  return {
    lines: [line],
    reason: {
      code: "importType",
      summary: `The module imports ${fullName} as ${wanted}; Envoy has it as ${formatSignature(offered)}.`,
      remedy: typeRemedy(it.name),
    },
  };
}

function typeRemedy(name: string): string {
  return name === "path_link" || name === "path_symlink"
    ? `Envoy 1.40 registers ${name} with one parameter less than WASI has: build without file links.`
    : "Declare the import with Envoy's type; an SDK for another ABI version may be in use.";
}

function memoryRefusal(pages: number, lines: readonly string[]): LinkRefusal {
  return {
    lines,
    reason: {
      code: "memoryTooLarge",
      summary: `The module's memory begins with ${pages} pages; Envoy allows ${MAX_MEMORY_PAGES} (1 GiB).`,
      remedy: "Lower the initial memory.",
    },
  };
}

export function sameSignature(left: WasmSignature, right: WasmSignature): boolean {
  return sameTypes(left.params, right.params) && sameTypes(left.results, right.results);
}

function sameTypes(left: readonly WasmType[], right: readonly WasmType[]): boolean {
  return left.length === right.length && left.every((type, index) => type === right[index]);
}

/** A signature as Envoy prints it, such as `i32 i32 -> void` (v8.cc printValTypes). */
export function formatSignature(signature: WasmSignature): string {
  return `${formatTypes(signature.params)} -> ${formatTypes(signature.results)}`;
}

function formatTypes(types: readonly WasmType[]): string {
  if (types.length === 0) return "void";
  return types.map((type) => (type === "v128" || type === "ref" ? "unknown" : type)).join(" ");
}

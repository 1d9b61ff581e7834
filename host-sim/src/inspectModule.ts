/**
 * The pre-flight: would Envoy 1.40 take this module, and if not, at which check does it stop?
 * Same checks, same order, same log lines as proxy-wasm-cpp-host src/wasm.cc (load, initialize,
 * getFunctions) and src/v8/v8.cc (link).
 */
import type { AbiVersion, WasmSignature } from "./abi.ts";
import {
  hasReadableNameSection,
  hasReadableSections,
  readAbiMarker,
} from "./preflight/envoyBytecode.ts";
import { filterKindOf } from "./preflight/guestExports.ts";
import { guessSdk } from "./preflight/guessSdk.ts";
import { checkExports } from "./preflight/checkExports.ts";
import { checkImports } from "./preflight/checkImports.ts";
import {
  corruptedReason,
  invalidReason,
  noAbiReason,
  emptyReason,
} from "./preflight/loadRefusals.ts";
import type { ModuleLogLine, ModuleReport, RefusalReason } from "./preflight/moduleReport.ts";
import { moduleWarnings } from "./preflight/moduleWarnings.ts";
import { parseWasmModule, type WasmModule } from "./wasmModule.ts";

/** The host functions that Envoy registers for an ABI version, as `module.name`. */
export type HostFunctionsFor = (abi: AbiVersion) => ReadonlyMap<string, WasmSignature>;

/**
 * Answers undefined if the engine takes the module, else its error text. `module` is what the wasm
 * reader made of the bytes; undefined if it could not.
 */
export type CompileCheck = (
  bytes: Uint8Array,
  module: WasmModule | undefined,
) => string | undefined;

const error = (line: string): ModuleLogLine => ({ level: "error", line });
const LOAD_FAILED = error("Wasm VM failed Failed to load Wasm code");
const INITIALIZE_FAILED = error("Wasm VM failed Failed to initialize Wasm code");

/**
 * Inspects a wasm binary without running it.
 *
 * @param hostFunctionsFor what the host offers; see hostcalls/index.ts
 * @param compileCheck asks the engine; by default the one that this code runs in. A caller that
 *   needs the compiled module anyway passes its own and keeps it.
 * @param allowed capabilities of the plugin that loads it; undefined: it is not restricted
 */
export function inspectModule(
  bytes: Uint8Array,
  hostFunctionsFor: HostFunctionsFor,
  compileCheck: CompileCheck = compileHere,
  allowed?: ReadonlySet<string>,
): ModuleReport {
  const parsed = parseWasmModule(bytes);
  const module = "error" in parsed ? undefined : parsed;
  const found = describe(bytes, module);
  const refused = (
    stage: NonNullable<ModuleReport["stage"]>,
    reason: RefusalReason,
    lines: readonly ModuleLogLine[],
  ): ModuleReport => ({ ...found, accepted: false, stage, reason, lines });
  const failedLoad = (reason: RefusalReason, line: string) =>
    refused("load", reason, [error(`Wasm VM failed ${line}`), LOAD_FAILED]);

  // Envoy does not even make a VM for an empty file.
  if (bytes.length === 0) return refused("load", emptyReason, []);
  const abi = readAbiMarker(bytes);
  if (abi === "corrupted") {
    return failedLoad(corruptedReason(bytes, parsed), "Failed to parse corrupted Wasm module");
  }
  if (abi === "none") {
    return failedLoad(noAbiReason(bytes, parsed), "Missing or unknown Proxy-Wasm ABI version");
  }
  found.abi = abi;
  if (!hasReadableNameSection(bytes) || !hasReadableSections(bytes)) {
    return failedLoad(corruptedReason(bytes, parsed), "Failed to parse corrupted Wasm module");
  }
  const compileError = compileCheck(bytes, module);
  if (compileError !== undefined || !module) {
    return failedLoad(invalidReason(bytes, parsed, compileError), "Failed to load Wasm bytecode");
  }

  const hostFunctions = hostFunctionsFor(abi);
  const badImport = checkImports(module, abi, hostFunctions);
  if (badImport) {
    return refused("link", badImport.reason, [...badImport.lines.map(error), INITIALIZE_FAILED]);
  }
  const exported = checkExports(module, abi, allowed);
  found.startFunctions = exported.startFunctions;
  if (exported.allocator) found.allocator = exported.allocator;
  if (exported.reason) {
    return refused("exports", exported.reason, [...exported.lines.map(error), INITIALIZE_FAILED]);
  }
  return { ...found, accepted: true, lines: [], warnings: moduleWarnings(module, abi) };
}

function compileHere(bytes: Uint8Array): string | undefined {
  try {
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What can be said before any check. */
function describe(
  bytes: Uint8Array,
  module: WasmModule | undefined,
): Writable<Omit<ModuleReport, "accepted" | "lines">> {
  const memory = module?.memories[0];
  const sdk = module ? guessSdk(module, bytes) : undefined;
  return {
    imports: module?.imports ?? [],
    exports: module?.exports ?? [],
    kind: filterKindOf(functionNames(module)),
    ...(sdk ? { sdk } : {}),
    ...(memory ? { memory } : {}),
    startFunctions: [],
    startSection: module?.start !== undefined,
    hasFunctionNames: (module?.functionNames.size ?? 0) > 0,
    warnings: [],
    size: bytes.length,
    codeSize: module?.codeSize ?? 0,
    dataSize: module?.dataSize ?? 0,
    functionCount: module?.functionCount ?? 0,
    customSections: module?.customSections ?? [],
    ...(module?.sourceMapUrl === undefined ? {} : { sourceMapUrl: module.sourceMapUrl }),
  };
}

function functionNames(module: WasmModule | undefined): readonly string[] {
  return (module?.exports ?? []).filter((it) => it.kind === "function").map((it) => it.name);
}

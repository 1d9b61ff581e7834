/**
 * Would Envoy 1.40 take a module, and if not, at which check does it stop? Same checks, same order,
 * same log lines as proxy-wasm-cpp-host src/wasm.cc (load, initialize, getFunctions) and
 * src/v8/v8.cc (link).
 */
import type { AbiVersion, WasmSignature } from "../abi.ts";
import type { WasmModule, WasmModuleError } from "../wasmModule.ts";
import { checkExports } from "./checkExports.ts";
import { checkImports } from "./checkImports.ts";
import { hasReadableNameSection, hasReadableSections, readAbiMarker } from "./envoyBytecode.ts";
import { corruptedReason, emptyReason, invalidReason, noAbiReason } from "./loadRefusals.ts";
import type { LoadCheck, ModuleLogLine, RefusalReason } from "./moduleReport.ts";

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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * @param parsed what the wasm reader made of `bytes`
 * @param hostFunctionsFor what the host offers; see hostcalls/index.ts
 * @param compileCheck asks the engine; a caller that needs the compiled module keeps it
 * @param allowed capabilities of the plugin that loads it; undefined: it is not restricted
 */
export function checkLoad(
  bytes: Uint8Array,
  parsed: WasmModule | WasmModuleError,
  hostFunctionsFor: HostFunctionsFor,
  compileCheck: CompileCheck,
  allowed?: ReadonlySet<string>,
): LoadCheck {
  const module = "error" in parsed ? undefined : parsed;
  const found: Writable<Pick<LoadCheck, "abi" | "startFunctions" | "allocator">> = {
    startFunctions: [],
  };
  const refused = (
    stage: NonNullable<LoadCheck["stage"]>,
    reason: RefusalReason,
    lines: readonly ModuleLogLine[],
  ): LoadCheck => ({ ...found, accepted: false, stage, reason, lines });
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
  return { ...found, accepted: true, lines: [] };
}

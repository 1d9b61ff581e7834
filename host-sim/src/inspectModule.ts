/** The pre-flight: what can be said of a module without running it. */
import { checkLoad, type CompileCheck, type HostFunctionsFor } from "./preflight/checkLoad.ts";
import { filterKindOf } from "./preflight/guestExports.ts";
import { guessSdk } from "./preflight/guessSdk.ts";
import type { LoadCheck, ModuleReport } from "./preflight/moduleReport.ts";
import { moduleWarnings } from "./preflight/moduleWarnings.ts";
import { parseWasmModule, type WasmModule } from "./wasmModule.ts";

/**
 * Inspects a wasm binary without running it.
 *
 * @param hostFunctionsFor what the host offers; see hostcalls/index.ts
 * @param compileCheck asks the engine; by default the one that this code runs in
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
  const check = checkLoad(bytes, parsed, hostFunctionsFor, compileCheck, allowed);
  const { accepted, abi } = check;
  return {
    ...describe(bytes, module),
    ...check,
    warnings: accepted && module && abi ? moduleWarnings(module, abi) : [],
  };
}

function compileHere(bytes: Uint8Array): string | undefined {
  try {
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

/** What can be said without a check. */
function describe(
  bytes: Uint8Array,
  module: WasmModule | undefined,
): Omit<ModuleReport, keyof LoadCheck | "warnings"> {
  const memory = module?.memories[0];
  const sdk = module ? guessSdk(module, bytes) : undefined;
  return {
    imports: module?.imports ?? [],
    exports: module?.exports ?? [],
    kind: filterKindOf(functionNames(module)),
    ...(sdk ? { sdk } : {}),
    ...(memory ? { memory } : {}),
    startSection: module?.start !== undefined,
    hasFunctionNames: (module?.functionNames.size ?? 0) > 0,
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

/** Looking up exports: all wrong types are reported, then the allocator, if it is missing. */
import type { AbiVersion, WasmSignature } from "../abi.ts";
import { formatSignature, sameSignature } from "./checkImports.ts";
import { ALLOCATORS, ALLOCATOR_SIGNATURE, START_FUNCTIONS, callbacksOf } from "./guestExports.ts";
import type { RefusalReason, StartFunctionName } from "./moduleReport.ts";
import type { WasmModule } from "../wasmModule.ts";

export interface ExportCheck {
  readonly startFunctions: readonly StartFunctionName[];
  readonly allocator?: (typeof ALLOCATORS)[number];
  /** Error lines of Envoy. */
  readonly lines: readonly string[];
  /** Present if Envoy refuses the module for its exports. */
  readonly reason?: RefusalReason;
}

/**
 * `getFunctions` of proxy-wasm-cpp-host src/wasm.cc.
 *
 * @param allowed the plugin's capabilities: other callbacks are not looked at; undefined: all are on
 */
export function checkExports(
  module: WasmModule,
  abi: AbiVersion,
  allowed?: ReadonlySet<string>,
): ExportCheck {
  const functions = new Map(
    module.exports.filter((it) => it.kind === "function").map((it) => [it.name, it]),
  );
  const lines: string[] = [];
  let reason: RefusalReason | undefined;
  /** True if the export is there with the demanded type; Envoy drops one with another type. */
  const look = (name: string, wanted: WasmSignature): boolean => {
    const found = functions.get(name);
    if (!found) return false;
    if (!found.signature || sameSignature(found.signature, wanted)) return true;
    const want = formatSignature(wanted);
    const got = formatSignature(found.signature);
    lines.push(
      `Bad function signature for: ${name}, want: ${want}, but the module exports: ${got}`,
    );
    reason ??= {
      code: "exportType",
      summary: `The module exports ${name} as ${got}; Envoy wants ${want}.`,
      remedy: "Give the exported function that type; another ABI version may be meant.",
    };
    return false;
  };

  const startFunctions: StartFunctionName[] = [];
  if (look("_initialize", START_FUNCTIONS._initialize)) {
    const hasMain = look("main", START_FUNCTIONS.main);
    const hasMainVoid = look("__main_void", START_FUNCTIONS.__main_void);
    startFunctions.push("_initialize");
    if (hasMain) startFunctions.push("main");
    else if (hasMainVoid) startFunctions.push("__main_void");
  } else if (look("_start", START_FUNCTIONS._start)) {
    startFunctions.push("_start");
  }

  const allocator = ALLOCATORS.find((name) => look(name, ALLOCATOR_SIGNATURE));
  if (!allocator) {
    lines.push("Wasm VM failed Wasm module is missing malloc function.");
    reason ??= {
      code: "missingAllocator",
      summary: "The module exports no allocator, which Envoy needs to hand over results.",
      remedy: `Export ${ALLOCATORS.join(" or ")} of type ${formatSignature(ALLOCATOR_SIGNATURE)}.`,
    };
  }
  for (const [name, wanted] of callbacksOf(abi)) {
    if (!allowed || allowed.has(name) || !name.startsWith("proxy_on_")) look(name, wanted);
  }
  return {
    startFunctions,
    ...(allocator ? { allocator } : {}),
    lines,
    ...(reason ? { reason } : {}),
  };
}

/** What Envoy takes without a word, though it is hardly meant. */
import type { AbiVersion } from "../abi.ts";
import { callbacksOf, filterKindOf } from "./guestExports.ts";
import { nearestName } from "../nearestName.ts";
import type { WasmModule } from "../wasmModule.ts";

const START_NAMES = ["_initialize", "_start"];

/** Sentences about an accepted module. */
export function moduleWarnings(module: WasmModule, abi: AbiVersion): readonly string[] {
  const names = module.exports.filter((it) => it.kind === "function").map((it) => it.name);
  const has = (name: string) => names.includes(name);
  const warnings: string[] = [];
  if (module.start !== undefined) {
    warnings.push(
      "The module has a start section. A host call in it, even a log line, kills Envoy 1.40 " +
        "(SIGSEGV); with AssemblyScript, compile with --exportStart _initialize.",
    );
  }
  const kind = filterKindOf(names);
  if (kind === "none") {
    warnings.push("No callback of a network or HTTP filter is exported: the filter does nothing.");
  } else if (kind === "http") {
    warnings.push(
      "Only HTTP callbacks are exported: in a TCP filter chain the filter does nothing.",
    );
  }
  if (module.memories.length === 0) {
    warnings.push("The module has no memory: no host call can pass it bytes.");
  } else if (module.memories[0]?.is64) {
    warnings.push("The memory has 64-bit addresses; Envoy reads and writes 32-bit ones.");
  }
  const markers = names.filter((name) => name.startsWith("proxy_abi_version_"));
  if (markers.length > 1) {
    warnings.push(
      `Several ABI markers are exported (${markers.join(", ")}); the first known one, ${abi}, counts.`,
    );
  }
  if (START_NAMES.every(has))
    warnings.push("Both _initialize and _start are exported: _start is ignored.");
  if (!START_NAMES.some(has) && has("main")) {
    warnings.push("main is exported without _initialize: Envoy does not call it.");
  }
  return [...warnings, ...uncalledCallbacks(names, abi)];
}

/** Exports that look like callbacks and that Envoy never looks up. */
function uncalledCallbacks(names: readonly string[], abi: AbiVersion): readonly string[] {
  const known = [...callbacksOf(abi).keys(), "proxy_on_memory_allocate"];
  return names
    .filter((name) => name.startsWith("proxy_on_") && !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known);
      return `Envoy never calls the export ${name}${near ? `; is ${near} meant?` : "."}`;
    });
}

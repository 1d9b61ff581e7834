/** Why a module imports something that Envoy does not have, and what to do about it. */
import type { AbiVersion } from "../abi.ts";
import { nearestName } from "../nearestName.ts";

const OTHER_ABI: Readonly<Record<string, string>> = {
  proxy_get_log_level: "exists from ABI 0.2.1 on",
  proxy_continue_stream: "exists from ABI 0.2.0 on",
  proxy_close_stream: "exists from ABI 0.2.0 on",
  proxy_get_configuration: "exists in ABI 0.1.0 only; read buffer 7 (PluginConfiguration) instead",
  proxy_continue_request: "exists in ABI 0.1.0 only; use proxy_continue_stream(0) instead",
  proxy_continue_response: "exists in ABI 0.1.0 only; use proxy_continue_stream(1) instead",
  proxy_clear_route_cache:
    'exists in ABI 0.1.0 only; call the foreign function "clear_route_cache" instead',
};

const ASSEMBLYSCRIPT: Readonly<Record<string, string>> = {
  abort:
    "AssemblyScript's abort. Compile with --use abort=PATH/TO/abort_proc_exit, " +
    "a function of your own (for example @solo-io/proxy-runtime's abort_proc_exit)",
  seed: "AssemblyScript's Math.random. Compile with --use seed=..., or do not use Math.random",
  trace: "AssemblyScript's trace(). Remove the call, or compile with --use trace=...",
};

/** Answers what to do about a function import that is not registered for `abi`. */
export function missingImportRemedy(
  module: string,
  name: string,
  abi: AbiVersion,
  hostFunctions: Iterable<string>,
): string {
  if (module === "env") {
    const otherAbi = OTHER_ABI[name];
    if (otherAbi) return `${name} ${otherAbi}. The module's marker says ABI ${abi}.`;
    const assemblyScript = ASSEMBLYSCRIPT[name];
    if (assemblyScript) return `This is ${assemblyScript}.`;
    if (/^(?:__syscall|_?emscripten_|__sys_)/.test(name)) {
      return "This is Emscripten's runtime. Link as a standalone module (-sSTANDALONE_WASM) and without file or thread functions.";
    }
    if (name.startsWith("pthread_")) return "Envoy has no threads: build without them.";
  }
  if (module === "wbg" || module.startsWith("__wbindgen")) {
    return "This is wasm-bindgen, which needs a JavaScript host: build for wasm32-wasip1 without it.";
  }
  if (module === "go" || module === "gojs") {
    return "This is Go for browsers: build with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared.";
  }
  if (/^wasi:/.test(module)) {
    return "This is WASI preview 2. Envoy has only wasi_snapshot_preview1 and wasi_unstable.";
  }
  const near = nearestName(`${module}.${name}`, hostFunctions);
  if (near) return `The nearest function that Envoy has is ${near}.`;
  return "Envoy has only the functions of the proxy-wasm ABI (env) and of WASI (wasi_snapshot_preview1, wasi_unstable): build without it.";
}

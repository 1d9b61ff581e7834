/**
 * Envoy's way from wasm bytes to a running plugin: base VM, canary, one VM for the main thread and
 * one for each worker (Envoy source/extensions/common/wasm/wasm.cc, createWasm;
 * proxy-wasm-cpp-host wasm.cc, canary).
 */
import type { GuestModule } from "./guest.ts";
import { hostFunctionsFor } from "./hostcalls/index.ts";
import { inspectModule } from "./inspectModule.ts";
import { vmNames } from "./recorder.ts";
import type { Process } from "./process.ts";
import type { PluginResult, VmName } from "./trace.ts";
import { Vm } from "./vm.ts";
import { parseWasmModule } from "./wasmModule.ts";

export type LoadedPlugin =
  | {
      readonly accepted: true;
      /** Undefined: the worker's VM did not start, and Envoy skips the filter. */
      readonly worker: Vm | undefined;
    }
  | { readonly accepted: false };

type Stage = NonNullable<PluginResult["stage"]>;

export function loadPlugin(wasm: Uint8Array, process: Process): LoadedPlugin {
  const place = (vm: VmName) => process.recorder?.place(vmNames.indexOf(vm), 0, -1);
  const refuse = (vm: VmName, stage: Stage, reason: string): LoadedPlugin => {
    place(vm);
    const { name } = process.scenario.plugin;
    process.hostLog("critical", `Plugin ${name} failed to load`);
    process.hostLog("critical", "Plugin configured to fail closed failed to load");
    process.recorder?.event({ kind: "pluginResult", accepted: false, stage, reason });
    return { accepted: false };
  };

  place("base");
  let module: WebAssembly.Module | undefined;
  const report = inspectModule(wasm, hostFunctionsFor, (bytes) => {
    try {
      module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  const parsed = parseWasmModule(wasm);
  if (!report.accepted || !module || !report.abi || "error" in parsed) {
    for (const { level, line } of report.lines) process.hostLog(level, line);
    const { summary = "", remedy = "" } = report.reason ?? {};
    const stage = report.stage === "load" ? "load" : "link";
    return refuse("base", stage, `${summary} ${remedy}`.trim());
  }
  const guestModule: GuestModule = {
    module,
    abi: report.abi,
    startFunctions: report.startFunctions,
    imports: parsed.imports,
    functionNames: parsed.functionNames,
  };

  if (!initialize(new Vm(process, "base", guestModule))) {
    process.hostLog("error", "Wasm VM failed Failed to initialize Wasm code");
    return refuse("base", "start", "The module's start functions trapped, so Envoy refuses it.");
  }

  const canary = new Vm(process, "canary", guestModule);
  process.setCanary(canary);
  const failure = startAndConfigure(canary);
  if (failure) {
    place("canary");
    process.hostLog("error", `Wasm VM failed ${canaryLines[failure]}`);
    return refuse("canary", failure, reasons[failure]);
  }

  const main = new Vm(process, "main", guestModule);
  const worker = new Vm(process, "worker", guestModule);
  const failures = [main, worker].map((vm, i) => {
    const failed = startAndConfigure(vm);
    if (!failed) return undefined;
    place(i === 0 ? "main" : "worker");
    process.hostLog("error", `Wasm VM failed ${threadLines[failed]}`);
    return failed;
  });
  place("worker");
  process.recorder?.event({ kind: "pluginResult", accepted: true });
  return { accepted: true, worker: failures[1] ? undefined : worker };
}

function initialize({ guest, process }: Vm): boolean {
  if (guest.instantiate()) return guest.start();
  process.hostLog("error", "Failed to create new Wasm instance");
  return false;
}

function startAndConfigure(vm: Vm): "start" | "vmStart" | "configure" | undefined {
  if (!initialize(vm)) return "start";
  if (!vm.startPlugin()) return "vmStart";
  return vm.configurePlugin() ? undefined : "configure";
}

const reasons = {
  start: "The module's start functions trapped, so Envoy refuses it.",
  vmStart:
    "proxy_on_vm_start returned 0 or trapped, so Envoy refuses the plugin. It must return 1 to be accepted.",
  configure:
    "proxy_on_configure returned 0 or trapped, so Envoy refuses the configuration. The filter's log says why.",
};
const canaryLines = {
  start: "Failed to initialize Wasm code",
  vmStart: "Failed to start base Wasm",
  configure: "Failed to configure base Wasm plugin",
};
const threadLines = {
  start: "Failed to initialize Wasm code",
  vmStart: "Failed to start thread-local Wasm",
  configure: "Failed to configure thread-local Wasm plugin",
};

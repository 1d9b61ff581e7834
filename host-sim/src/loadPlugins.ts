/**
 * Envoy's way from wasm bytes to running plugins: for each a base VM, a canary, a VM for the main
 * thread and one for each worker; plugins with the same VM id, VM configuration and environment share
 * all but the canary (Envoy source/extensions/common/wasm/wasm.cc, createWasm;
 * proxy-wasm-cpp-host wasm.cc, canary and getOrCreateThreadLocalWasm).
 */
import type { GuestModule } from "./guest.ts";
import { hostFunctionsFor } from "./hostcalls/index.ts";
import type { Plugin } from "./plugin.ts";
import { PluginHandle } from "./pluginHandle.ts";
import { checkLoad, type CompileCheck } from "./preflight/checkLoad.ts";
import type { LoadCheck, ModuleLogLine } from "./preflight/moduleReport.ts";
import type { Process } from "./process.ts";
import { vmNames } from "./records.ts";
import type { PluginResult, VmName } from "./trace.ts";
import { Vm } from "./vm.ts";
import { limitMemory } from "./wasm/limitMemory.ts";
import { parseWasmModule, type WasmModule } from "./wasmModule.ts";

const INSTANCE_FAILED = "Failed to create new Wasm instance";
type Stage = NonNullable<PluginResult["stage"]>;

/** Thrown within this file: Envoy refuses the listener's configuration. */
class Refusal extends Error {
  readonly vm: VmName;
  readonly stage: Stage;
  readonly plugin: Plugin;

  constructor(vm: VmName, stage: Stage, plugin: Plugin, reason: string) {
    super(reason);
    this.vm = vm;
    this.stage = stage;
    this.plugin = plugin;
  }
}

/** The plugins on the worker, in the order of the chain; undefined if Envoy refuses one of them. */
export function loadPlugins(
  checked: CheckedModule,
  process: Process,
): readonly PluginHandle[] | undefined {
  const place = (vm: VmName) => process.recorder?.place(vmNames.indexOf(vm), 0, -1);
  const onMain: Loaded[] = [];
  try {
    const handles = load(checked, process, place, onMain);
    place("worker");
    process.recorder?.event({ kind: "pluginResult", accepted: true });
    return handles;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { vm, stage, plugin, message } = refusal;
    place(vm);
    process.hostLog("critical", `Plugin ${plugin.name} failed to load`);
    process.hostLog("critical", "Plugin configured to fail closed failed to load");
    process.recorder?.event({ kind: "pluginResult", accepted: false, stage, reason: message });
    // The filters before it in the chain go again, the last one first.
    const plugins = onMain.map((it) => it.plugin.identity);
    for (const [i, loaded] of [...onMain.entries()].reverse()) {
      if (plugins.indexOf(loaded.plugin.identity) === i) loaded.vm.removePlugin(loaded.plugin);
    }
    return undefined;
  }
}

/** A plugin in its VM of the main thread. */
interface Loaded {
  readonly plugin: Plugin;
  readonly vm: Vm;
}

function load(
  checked: CheckedModule,
  process: Process,
  place: (vm: VmName) => void,
  onMain: Loaded[],
): readonly PluginHandle[] {
  place("base");
  const [first] = process.plugins;
  if (!first) return [];
  const module = admit(checked, process, first);
  const bases = new Set<string>();
  const canaried = new Set<string>();
  const mainVms = new ThreadVms(process, "main", module, place);
  const workerVms = new ThreadVms(process, "worker", module, place);
  for (const plugin of process.plugins) {
    if (!bases.has(plugin.vmKey)) {
      bases.add(plugin.vmKey);
      place("base");
      if (!initialize(new Vm(process, "base", module, plugin))) {
        process.hostLog("error", "Wasm VM failed Failed to initialize Wasm code");
        throw new Refusal("base", "start", plugin, reasons.start);
      }
    }
    if (!canaried.has(plugin.identity)) {
      canaried.add(plugin.identity);
      const canary = new Vm(process, "canary", module, plugin);
      const failure = initialize(canary) ? startAndConfigure(canary, plugin) : "start";
      if (failure) {
        place("canary");
        process.hostLog("error", `Wasm VM failed ${canaryLines[failure]}`);
        throw new Refusal("canary", failure, plugin, reasons[failure]);
      }
    }
    const vm = mainVms.load(plugin);
    if (vm) onMain.push({ plugin, vm });
  }
  return process.plugins.map(
    (plugin) => new PluginHandle(process, plugin, () => workerVms.load(plugin)),
  );
}

/** A module with all that can be said of it before a process loads it. */
export interface CheckedModule {
  readonly report: LoadCheck;
  /** Undefined: the bytes are refused before a VM is made. */
  readonly compiled:
    | { readonly module: WebAssembly.Module; readonly shift: number; readonly parsed: WasmModule }
    | undefined;
}

/** The pre-flight and the engine's compiler: once for all processes with the same scenario. */
export function checkModule(wasm: Uint8Array, process: Process): CheckedModule {
  const [first] = process.plugins;
  let compiled: CheckedModule["compiled"];
  const compile: CompileCheck = (bytes, parsed) => {
    try {
      const limited = limitMemory(bytes, process.limits.memoryBytes);
      const module = new WebAssembly.Module(limited.bytes as Uint8Array<ArrayBuffer>);
      if (parsed) compiled = { module, shift: limited.shift, parsed };
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const report = checkLoad(
    wasm,
    parseWasmModule(wasm),
    hostFunctionsFor,
    compile,
    first?.allowedCapabilities,
  );
  return { report, compiled };
}

/** What the pre-flight found, with Envoy's log lines if it is a refusal. */
function admit({ report, compiled }: CheckedModule, process: Process, plugin: Plugin): GuestModule {
  const { summary = "", remedy = "" } = report.reason ?? {};
  const refuse = (stage: Stage): Refusal =>
    new Refusal("base", stage, plugin, `${summary} ${remedy}`.trim());
  const log = (lines: readonly ModuleLogLine[]): void => {
    for (const { level, line } of lines) process.hostLog(level, line);
  };
  if (!compiled || !report.abi || report.stage === "link") {
    log(report.lines);
    throw refuse(report.stage === "load" ? "load" : "link");
  }
  const { module, shift, parsed } = compiled;
  const guestModule: GuestModule = {
    module,
    abi: report.abi,
    startFunctions: report.startFunctions,
    imports: parsed.imports,
    functionNames: parsed.functionNames,
    shift,
  };
  if (report.stage === "exports") {
    // Envoy looks the exports up after it has instantiated, and then starts the VM all the same.
    const { guest } = new Vm(process, "base", guestModule, plugin);
    if (guest.instantiate()) {
      log(report.lines.slice(0, -1));
      guest.start();
    } else process.hostLog("error", INSTANCE_FAILED);
    log(report.lines.slice(-1));
    throw refuse("link");
  }
  return guestModule;
}

/** The VMs of one thread: one for each VM key, replaced once it has failed. */
class ThreadVms {
  readonly #process: Process;
  readonly #thread: "main" | "worker";
  readonly #module: GuestModule;
  readonly #place: (vm: VmName) => void;
  readonly #vms = new Map<string, Vm>();
  /**
   * Plugins whose VM had failed by the time they were loaded (a trap in on_context_create). Envoy
   * takes a VM that fails out of its caches, but is not told of this one: the plugin keeps it.
   */
  readonly #stuck = new Map<string, Vm>();

  constructor(
    process: Process,
    thread: "main" | "worker",
    module: GuestModule,
    place: (vm: VmName) => void,
  ) {
    this.#process = process;
    this.#thread = thread;
    this.#module = module;
    this.#place = place;
  }

  /** The VM with the plugin started and configured in it; undefined if that fails here. */
  load(plugin: Plugin): Vm | undefined {
    const stuck = this.#stuck.get(plugin.identity);
    if (stuck) return stuck;
    const known = this.#vms.get(plugin.vmKey);
    if (known && !known.failed) {
      return known.rootOf(plugin) ? known : this.#start(known, plugin, true);
    }
    const vm = new Vm(this.#process, this.#thread, this.#module, plugin);
    this.#vms.set(plugin.vmKey, vm);
    return this.#start(vm, plugin, initialize(vm));
  }

  #start(vm: Vm, plugin: Plugin, isInitialized: boolean): Vm | undefined {
    const failure = isInitialized ? startAndConfigure(vm, plugin) : "start";
    if (!this.#check(failure, vm, plugin)) return undefined;
    if (vm.failed) this.#stuck.set(plugin.identity, vm);
    return vm;
  }

  #check(failure: "start" | "vmStart" | "configure" | undefined, vm: Vm, plugin: Plugin): boolean {
    if (!failure) return true;
    this.#place(this.#thread);
    this.#process.hostLog("error", `Wasm VM failed ${threadLines[failure]}`);
    vm.removePlugin(plugin);
    return false;
  }
}

function initialize({ guest, process }: Vm): boolean {
  if (guest.instantiate()) return guest.start();
  process.hostLog("error", INSTANCE_FAILED);
  return false;
}

function startAndConfigure(vm: Vm, plugin: Plugin): "vmStart" | "configure" | undefined {
  if (!vm.startPlugin(plugin)) return "vmStart";
  return vm.configurePlugin(plugin) ? undefined : "configure";
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

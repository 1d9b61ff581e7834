/** One wasm VM: the instantiated module, its callbacks, its traps (proxy-wasm-cpp-host wasm.cc, v8.cc). */
import type { AbiVersion } from "./abi.ts";
import { bindHostcall } from "./bindHostcall.ts";
import type { FaultPlan } from "./faultPlan.ts";
import { HostCallTrap, InjectedTrap } from "./hostCallTrap.ts";
import { ENVOY_MEMORY_BYTES } from "./limits.ts";
import { hostcallsFor } from "./hostcalls/index.ts";
import type { HostContext } from "./hostcalls/hostContext.ts";
import { GuestMemory } from "./memory.ts";
import type { RunObserver } from "./observer.ts";
import type { StartFunctionName } from "./preflight/moduleReport.ts";
import type { Recorder } from "./recorder.ts";
import type { StackFrame } from "./trace.ts";
import { framesOf, trapMessage } from "./trapText.ts";
import { pagesUpTo } from "./wasm/limitMemory.ts";
import type { WasmImport } from "./wasmModule.ts";

/** What the VMs of one plugin have in common. */
export interface GuestModule {
  readonly module: WebAssembly.Module;
  readonly abi: AbiVersion;
  /** What Envoy calls at start, in order (wasm.cc, getFunctions and startVm). */
  readonly startFunctions: readonly StartFunctionName[];
  readonly imports: readonly WasmImport[];
  /** From the name section, by function index; empty without one. */
  readonly functionNames: ReadonlyMap<number, string>;
  /** Host calls (of WASI by their bare names) and callbacks that are not off; undefined: all. */
  readonly allowedCapabilities?: ReadonlySet<string>;
  /** How far offsets in the code are from those in the file; see wasm/limitMemory.ts. */
  readonly shift: number;
}

type GuestFunction = (...args: number[]) => number | undefined;

/** A function that the host may call, looked up once. */
export interface Callback {
  readonly name: string;
  /** Undefined: the guest does not export it. */
  readonly run: GuestFunction | undefined;
  /** Its name in the recorder. */
  readonly id: number;
}

/** Host calls that work while the start functions run (wasm.cc, startVm). */
const ALLOWED_AT_START = new Set([
  "emscripten_notify_memory_growth",
  "proxy_log",
  ..."fd_write args_sizes_get args_get environ_sizes_get environ_get clock_time_get".split(" "),
  ..."clock_res_get random_get poll_oneoff fd_fdstat_get fd_fdstat_set_flags fd_advise".split(" "),
  ..."fd_allocate fd_datasync fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size".split(" "),
  ..."fd_filestat_set_times fd_pread fd_prestat_dir_name fd_prestat_get fd_pwrite".split(" "),
  ..."fd_readdir fd_renumber fd_sync fd_tell path_create_directory path_filestat_get".split(" "),
  ..."path_filestat_set_times path_link path_readlink path_remove_directory path_rename".split(" "),
  ..."path_symlink path_unlink_file sock_accept sock_recv sock_send sock_shutdown".split(" "),
]);
/** Host calls that work while the guest's allocator runs (wasm.h, allocMemory). */
const ALLOWED_IN_MALLOC = new Set(["proxy_log", "fd_write", "clock_time_get", "poll_oneoff"]);

/** Not part of what can be restricted (wasm.cc, getFunctions; Envoy wasm.cc, registerCallbacks). */
const ALWAYS_ON = new Set([
  "proxy_on_memory_allocate",
  "pthread_equal",
  "emscripten_notify_memory_growth",
  "envoy_resolve_dns",
]);

/** Guest frames and the host's own between them. */
const STACK_TRACE_LIMIT = 40;

export class Guest {
  readonly memory: GuestMemory;
  readonly recorder: Recorder | undefined;
  readonly faults: FaultPlan | undefined;
  readonly observer: RunObserver | undefined;
  /** Set by a trap and never cleared: no callback runs on a failed VM. */
  failed = false;
  /** The context whose callback runs, or undefined (start section). */
  current: HostContext | undefined;
  /** The context that the guest chose with proxy_set_effective_context. */
  effective: HostContext | undefined;
  /** Names of the host calls that are allowed now; undefined: all. */
  allowed: ReadonlySet<string> | undefined;
  /** A host call needs a closer look: the start section runs, or not all calls are allowed. */
  restricted = true;
  readonly #guestModule: GuestModule;
  readonly #vmContext: HostContext;
  readonly #memoryBytes: number;
  readonly #place: (context: HostContext) => void;
  readonly #functions = new Map<string, GuestFunction>();
  #malloc: Callback = { name: "malloc", run: undefined, id: 0 };

  /** `place` tells the recorder which context what follows belongs to. */
  constructor(
    guestModule: GuestModule,
    vmContext: HostContext,
    place: (context: HostContext) => void,
    recorder: Recorder | undefined,
    faults: FaultPlan | undefined,
    observer?: RunObserver,
    memoryBytes = ENVOY_MEMORY_BYTES,
  ) {
    // V8 keeps ten frames of an error; Envoy prints up to twenty of the guest's.
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_TRACE_LIMIT);
    this.#guestModule = guestModule;
    this.#vmContext = vmContext;
    this.#memoryBytes = memoryBytes;
    this.memory = new GuestMemory(memoryBytes);
    this.#place = place;
    this.recorder = recorder;
    this.faults = faults;
    this.observer = observer;
  }

  /**
   * Links and instantiates; runs the start section. Answers false when the engine refuses, which
   * Envoy logs as `Failed to create new Wasm instance`. Throws EnvoyDeath if the start section
   * calls the host.
   */
  instantiate(): boolean {
    const { module, abi } = this.#guestModule;
    const known = hostcallsFor(abi);
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module: from, name, ...what } of this.#guestModule.imports) {
      const group = (imports[from] ??= {});
      const hostcall = known.get(`${from}.${name}`);
      if (what.kind === "function" && hostcall) {
        group[name] = bindHostcall(hostcall, from, this, this.#isOff(hostcall.name));
      }
      // Envoy makes an imported memory or table with the limits that the module declares.
      if (what.kind === "memory") {
        const { initial, maximum: declared } = what.limits;
        const maximum = pagesUpTo(this.#memoryBytes, initial, declared);
        const memory = new WebAssembly.Memory({ ...what.limits, maximum });
        this.memory.attach(memory);
        group[name] = memory;
      } else if (what.kind === "table") {
        group[name] = new WebAssembly.Table({ ...what.limits, element: "anyfunc" });
      }
    }
    let exports: WebAssembly.Exports;
    try {
      exports = new WebAssembly.Instance(module, imports).exports;
    } catch (error) {
      if (!isGuestError(error)) throw error;
      return false;
    }
    for (const [name, value] of Object.entries(exports)) {
      if (value instanceof WebAssembly.Memory) this.memory.attach(value);
      else if (typeof value === "function" && !(name.startsWith("proxy_on_") && this.#isOff(name)))
        this.#functions.set(name, value as GuestFunction);
    }
    this.#malloc = this.callback(this.has("malloc") ? "malloc" : "proxy_on_memory_allocate");
    return true;
  }

  /** proxy-wasm-cpp-host wasm.h, capabilityAllowed; some are never asked about. */
  #isOff(name: string): boolean {
    const { allowedCapabilities: allowed } = this.#guestModule;
    return allowed !== undefined && !allowed.has(name) && !ALWAYS_ON.has(name);
  }

  /** Runs the start functions in Envoy's order; answers false after a trap. */
  start(): boolean {
    this.#allow(ALLOWED_AT_START);
    for (const name of this.#guestModule.startFunctions) {
      this.call(this.callback(name), this.#vmContext, name === "main" ? [0, 0] : []);
    }
    this.#allow(undefined);
    return !this.failed;
  }

  has(callback: string): boolean {
    return this.#functions.has(callback);
  }

  callback(name: string): Callback {
    const id = this.recorder?.stringId(name) ?? 0;
    return { name, run: this.#functions.get(name), id };
  }

  /**
   * Calls an exported function in a context. Answers its result as an unsigned number; 0 when it has
   * none or trapped. A trap is recorded and leaves the VM failed.
   */
  call(callback: Callback, context: HostContext, args: readonly number[]): number {
    const { current, effective, recorder } = this;
    const { name, run } = callback;
    if (!run) throw new Error(`the guest does not export ${name}`);
    const fault = this.faults?.take(name);
    this.current = context;
    this.effective = undefined;
    if (recorder) {
      this.#place(context);
      recorder.guestEnter(callback.id, args);
    }
    let returned: number | undefined;
    try {
      if (fault?.trap) throw new InjectedTrap();
      returned = invoke(run, args);
      this.memory.check();
    } catch (error) {
      this.current = current;
      this.effective = effective;
      this.#trapped(name, error, context);
      return 0;
    }
    this.current = current;
    this.effective = effective;
    if (fault) returned = fault.return ?? returned;
    if (recorder) {
      this.#place(context);
      recorder.guestExit(returned, fault?.return !== undefined);
    }
    return (returned ?? 0) >>> 0;
  }

  /**
   * Room for `size` bytes from the guest's own allocator. Undefined when it answers 0, answers a
   * range outside of the memory, or traps; a trap here does not unwind the outer guest function.
   */
  allocate(size: number): number | undefined {
    const { current, effective, allowed, recorder } = this;
    const { name, run, id } = this.#malloc;
    if (!run) throw new Error("the guest exports no allocator");
    const fault = this.faults?.take(name);
    this.#allow(ALLOWED_IN_MALLOC);
    this.current = this.#vmContext;
    this.effective = undefined;
    if (recorder) recorder.allocate(id, size);
    let pointer = 0;
    try {
      if (fault?.trap) throw new InjectedTrap();
      pointer = (fault?.return ?? run(size) ?? 0) >>> 0;
    } catch (error) {
      this.#back(allowed, current, effective);
      this.#trapped(name, error, this.#vmContext);
      return undefined;
    }
    this.#back(allowed, current, effective);
    if (recorder) recorder.allocated(pointer);
    return pointer !== 0 && this.memory.holds(pointer, size) ? pointer : undefined;
  }

  /** To what was before the allocator ran. */
  #back(
    allowed: ReadonlySet<string> | undefined,
    current: HostContext | undefined,
    effective: HostContext | undefined,
  ): void {
    this.#allow(allowed);
    this.current = current;
    this.effective = effective;
  }

  #allow(names: ReadonlySet<string> | undefined): void {
    this.allowed = names;
    this.restricted = names !== undefined;
  }

  /** The guest's frames in an error's stack, innermost first. */
  framesOf(error: Error): readonly StackFrame[] {
    const { functionNames, shift } = this.#guestModule;
    return framesOf(error, functionNames, shift);
  }

  #trapped(callback: string, error: unknown, context: HostContext): void {
    if (!isGuestError(error)) throw error;
    this.memory.check();
    this.failed = true;
    this.#place(context);
    const { functionNames } = this.#guestModule;
    this.recorder?.trap({
      callback,
      message: trapMessage(error),
      frames: this.framesOf(error),
      ...(functionNames.size > 0 ? { backtrace: true } : {}),
      ...(error instanceof InjectedTrap ? { injected: true } : {}),
    });
  }
}

/** Most callbacks take at most three words: wasm ignores those that it has no parameter for. */
function invoke(run: GuestFunction, args: readonly number[]): number | undefined {
  if (args.length > 3) return run(...args);
  return run(args[0] as number, args[1] as number, args[2] as number);
}

/** What a guest can throw: a trap, running out of stack, a wasm exception, or our own refusal. */
function isGuestError(error: unknown): error is Error {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof WebAssembly.LinkError ||
    error instanceof HostCallTrap ||
    (error instanceof RangeError && /call stack|memory|recursion/i.test(error.message)) ||
    (error instanceof Error && error.name === "InternalError")
  );
}

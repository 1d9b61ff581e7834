/** A wasm VM with what Envoy keeps beside it: contexts, timers, metric ids (Envoy wasm.cc, context.cc). */
import type { Status } from "./abi.ts";
import { CalloutIds, DnsTokens } from "./calloutIds.ts";
import type { Connection } from "./connection.ts";
import { Context } from "./context.ts";
import { ContextTable } from "./contextTable.ts";
import { Guest, type Callback, type GuestModule } from "./guest.ts";
import type { HostVm } from "./hostcalls/hostContext.ts";
import type { GuestMemory } from "./memory.ts";
import { VM_LOG_PREFIX, type Plugin } from "./plugin.ts";
import { Op, vmNames } from "./records.ts";
import { Metrics } from "./sharedState.ts";
import type { Process } from "./process.ts";
import type { VmName } from "./trace.ts";

const FIRST_CONTEXT = 1;
/** Nanoseconds that a reading of the clock takes: a guest that waits in a loop gets to the end of it. */
const CLOCK_STEP = 10_000;
/** How long the machine has been up at virtual time 0: Go's runtime does not start at 0. */
const UPTIME = 3_600_000_000_000n;

interface Tick {
  /** Milliseconds; 0: none. */
  period: number;
  /** Changes with each set_tick_period: what an older one has armed does not fire. */
  generation: number;
}

/** The callbacks of a connection's context, and of a root's as far as they are the same. */
type StreamCallbacks = ReturnType<typeof streamCallbacks>;

function streamCallbacks(guest: Guest) {
  return {
    create: guest.callback("proxy_on_context_create"),
    newConnection: guest.callback("proxy_on_new_connection"),
    downstreamData: guest.callback("proxy_on_downstream_data"),
    upstreamData: guest.callback("proxy_on_upstream_data"),
    downstreamClose: guest.callback("proxy_on_downstream_connection_close"),
    upstreamClose: guest.callback("proxy_on_upstream_connection_close"),
    done: guest.callback("proxy_on_done"),
    log: guest.callback("proxy_on_log"),
    delete: guest.callback("proxy_on_delete"),
  } as const;
}

export class Vm implements HostVm {
  readonly process: Process;
  readonly name: VmName;
  readonly guest: Guest;
  /** VM id, VM configuration and environment are those of the plugin that made the VM. */
  readonly vmId: string;
  readonly vmConfiguration: Uint8Array;
  readonly environment: Plugin["environment"];
  readonly abi: HostVm["abi"];
  readonly calloutIds = new CalloutIds();
  readonly dns = new DnsTokens();
  readonly #roots = new Map<string, Context>();
  readonly #contexts = new ContextTable();
  readonly #metrics: Metrics;
  readonly #ticks = new Map<number, Tick>();
  /** Actions that wait for the callback under way to return (DeferAfterCallActions). */
  readonly #deferred: (() => void)[] = [];
  #stream: StreamCallbacks | undefined;
  #nextContextId = FIRST_CONTEXT;
  /** The last reading of the clock, in virtual nanoseconds. */
  #lastReading = -CLOCK_STEP;

  constructor(process: Process, name: VmName, module: GuestModule, maker: Plugin) {
    this.process = process;
    this.name = name;
    this.abi = module.abi;
    this.vmId = maker.vmId;
    this.vmConfiguration = maker.vmConfiguration;
    this.environment = maker.environment;
    this.#metrics = new Metrics(process.shared);
    const vmIndex = vmNames.indexOf(name);
    const vmContext = this.#add(new Context(this, 0, VM_LOG_PREFIX));
    const { recorder } = process;
    this.guest = new Guest(
      maker.allowedCapabilities
        ? { ...module, allowedCapabilities: maker.allowedCapabilities }
        : module,
      vmContext,
      (context) => recorder?.place(vmIndex, context.id, (context as Context).connectionIndex),
      recorder,
      name === "worker" ? process.faults : undefined,
      process.observer,
      process.limits.memoryBytes,
    );
  }

  /** What the guest exports for contexts, looked up once it is instantiated. */
  get stream(): StreamCallbacks {
    return (this.#stream ??= streamCallbacks(this.guest));
  }

  get memory(): GuestMemory {
    return this.guest.memory;
  }

  get failed(): boolean {
    return this.guest.failed;
  }

  /** The root context that a plugin has in this VM. */
  rootOf(plugin: Plugin): Context | undefined {
    return this.#roots.get(plugin.key);
  }

  /** The root context, its on_context_create and on_vm_start. False: the guest refused to start. */
  startPlugin(plugin: Plugin): boolean {
    const id = this.#nextContextId++;
    const root = this.#add(new Context(this, id, plugin.logPrefixes.root, plugin));
    this.#roots.set(plugin.key, root);
    const { guest } = this;
    if (this.stream.create.run) {
      root.pluginConfigurationReadable = true;
      guest.call(this.stream.create, root, [root.id, 0]);
      root.pluginConfigurationReadable = false;
    }
    const size = this.vmConfiguration.length;
    const onStart = guest.callback("proxy_on_vm_start");
    const started = !onStart.run || guest.call(onStart, root, [root.id, size]) !== 0;
    this.runDeferred();
    return started;
  }

  /** False: the guest refused the configuration. A VM that has failed is not asked (Envoy's quirk). */
  configurePlugin(plugin: Plugin): boolean {
    const { guest } = this;
    const root = this.#roots.get(plugin.key);
    const onConfigure = guest.callback("proxy_on_configure");
    if (!root || guest.failed || !onConfigure.run) return true;
    root.pluginConfigurationReadable = true;
    const size = plugin.configuration.length;
    const accepted = guest.call(onConfigure, root, [root.id, size]) !== 0;
    root.pluginConfigurationReadable = false;
    this.runDeferred();
    return accepted;
  }

  /** proxy-wasm-cpp-host wasm.cc, startShutdown: on_delete only if on_done has not asked to wait. */
  removePlugin(plugin: Plugin): void {
    const root = this.#roots.get(plugin.key);
    if (!root || !this.#roots.delete(plugin.key)) return;
    const { guest } = this;
    const call = (callback: Callback): boolean =>
      this.failed || !callback.run || guest.call(callback, root, [root.id]) !== 0;
    if (call(this.stream.done)) call(this.stream.delete);
    this.runDeferred();
  }

  /** The context of a new connection, with the next free id. */
  addStream(plugin: Plugin, connection: Connection): Context {
    const id = this.#nextContextId++;
    const root = this.#roots.get(plugin.key);
    return this.#add(new Context(this, id, plugin.logPrefixes.stream, plugin, root, connection));
  }

  removeContext(context: Context): void {
    this.#contexts.remove(context);
  }

  defer(action: () => void): void {
    this.#deferred.push(action);
  }

  /** First in, first out; an action may call the guest, which may defer more. */
  runDeferred(): void {
    while (this.#deferred.length > 0) this.#deferred.shift()?.();
  }

  /** Calls a callback of a plugin (tick, queue) unless the VM has failed or does not export it. */
  callRoot(root: Context, name: string, ...args: readonly number[]): void {
    const callback = this.guest.callback(name);
    if (this.failed || !callback.run) return;
    this.guest.call(callback, root, [root.id, ...args]);
    this.runDeferred();
  }

  /** Envoy wasm.cc, setTimerPeriod and tickHandler: 0 stops, a new period starts anew. */
  setTickPeriod(root: Context, milliseconds: number): void {
    const generation = (this.#ticks.get(root.id)?.generation ?? 0) + 1;
    this.#ticks.set(root.id, { period: milliseconds, generation });
    this.#armTick(root, generation);
  }

  #armTick(root: Context, generation: number): void {
    const tick = this.#ticks.get(root.id);
    // The canary is dropped once it has configured: its timers never fire.
    if (!tick || tick.period === 0 || this.name === "canary") return;
    const { loop } = this.process;
    const isCurrent = () => this.#ticks.get(root.id)?.generation === generation;
    loop.at(
      loop.now + tick.period * 1e6,
      () => {
        if (!isCurrent() || this.failed || !this.guest.has("proxy_on_tick")) return;
        this.callRoot(root, "proxy_on_tick");
        if (isCurrent()) this.#armTick(root, generation);
      },
      true,
    );
  }

  setEffectiveContext(contextId: number): boolean {
    const context = this.#contexts.get(contextId);
    if (!context) return false;
    // 0 is the VM's context and counts as none.
    this.guest.effective = contextId === 0 ? undefined : context;
    return true;
  }

  now(): bigint {
    return this.process.startTime + this.#readClock();
  }

  monotonic(): bigint {
    return UPTIME + this.#readClock();
  }

  /** Virtual time; within one moment later at each reading, as real time is. */
  #readClock(): bigint {
    this.#lastReading = Math.max(this.process.loop.now, this.#lastReading + CLOCK_STEP);
    return BigInt(this.#lastReading);
  }

  random(bytes: Uint8Array): void {
    this.process.random.fill(bytes);
  }

  traceLine(text: string): void {
    this.process.hostLog("trace", text);
  }

  errorLine(text: string): void {
    this.process.hostLog("error", text);
  }

  note(text: string): void {
    this.process.recorder?.remark(Op.note, text);
  }

  notModelled(text: string): void {
    this.process.recorder?.remark(Op.notModelled, text);
  }

  getSharedData(key: string) {
    return this.process.shared.get(this.vmId, key);
  }

  setSharedData(key: string, value: Uint8Array, cas: number): Status {
    return this.process.shared.set(this.vmId, key, value, cas);
  }

  registerQueue(root: Context, name: string): number {
    const { loop, shared } = this.process;
    return shared.register(this.vmId, name, (token) =>
      loop.postCallback(() => this.callRoot(root, "proxy_on_queue_ready", token)),
    );
  }

  resolveQueue(vmId: string, name: string): number | undefined {
    if (this.failed) return undefined;
    return this.process.shared.resolve(vmId || this.vmId, name);
  }

  enqueue(token: number, data: Uint8Array): Status {
    return this.process.shared.enqueue(token, data);
  }

  dequeue(token: number): Uint8Array | "empty" | undefined {
    return this.process.shared.dequeue(token);
  }

  defineMetric(type: number, name: string): number {
    return this.#metrics.define(type, name);
  }

  incrementMetric(id: number, offset: bigint): Status {
    return this.#metrics.increment(id, offset);
  }

  recordMetric(id: number, value: bigint): Status {
    return this.#metrics.record(id, value);
  }

  getMetric(id: number): bigint | Exclude<Status, 0> {
    return this.#metrics.get(id);
  }

  #add(context: Context): Context {
    this.#contexts.add(context);
    return context;
  }
}

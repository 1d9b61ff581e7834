/** A wasm VM with what Envoy keeps beside it: contexts, timers, metric ids (Envoy wasm.cc, context.cc). */
import type { Status } from "./abi.ts";
import { Context } from "./context.ts";
import { FaultPlan } from "./faultPlan.ts";
import { Guest, type GuestModule } from "./guest.ts";
import type { HostVm } from "./hostcalls/hostContext.ts";
import type { GuestMemory } from "./memory.ts";
import { Op, vmNames } from "./recorder.ts";
import { Metrics } from "./sharedState.ts";
import type { Process } from "./process.ts";
import type { VmName } from "./trace.ts";

const ROOT_CONTEXT = 1;

export class Vm implements HostVm {
  readonly process: Process;
  readonly guest: Guest;
  readonly environment: readonly (readonly [string, string])[];
  /** The plugin's context, made by `startPlugin`. */
  root: Context | undefined;
  readonly #contexts = new Map<number, Context>();
  readonly #metrics: Metrics;
  /** Actions that wait for the callback under way to return (DeferAfterCallActions). */
  readonly #deferred: (() => void)[] = [];
  #nextContextId = ROOT_CONTEXT;
  #tickPeriod = 0;
  #tickTimer = 0;

  constructor(process: Process, name: VmName, module: GuestModule) {
    this.process = process;
    this.environment = Object.entries(process.scenario.plugin.environment);
    this.#metrics = new Metrics(process.shared);
    const vmIndex = vmNames.indexOf(name);
    const vmContext = this.#add(new Context(this, 0, "vm", undefined));
    const { recorder, scenario } = process;
    this.guest = new Guest(
      module,
      vmIndex,
      vmContext,
      (context) => recorder?.place(vmIndex, context.id, (context as Context).connectionIndex),
      recorder,
      name === "worker" && scenario.faults.length > 0 ? new FaultPlan(scenario.faults) : undefined,
    );
  }

  get memory(): GuestMemory {
    return this.guest.memory;
  }

  get failed(): boolean {
    return this.guest.failed;
  }

  /** The root context, its on_context_create and on_vm_start. False: the guest refused to start. */
  startPlugin(): boolean {
    const root = this.#add(new Context(this, this.#nextContextId++, "root", undefined));
    this.root = root;
    const { guest } = this;
    if (guest.has("proxy_on_context_create")) {
      root.pluginConfigurationReadable = true;
      guest.call("proxy_on_context_create", root, [root.id, 0]);
      root.pluginConfigurationReadable = false;
    }
    const size = this.process.vmConfiguration.length;
    const started =
      !guest.has("proxy_on_vm_start") ||
      guest.call("proxy_on_vm_start", root, [root.id, size]) !== 0;
    this.runDeferred();
    return started;
  }

  /** False: the guest refused the configuration. A VM that has failed is not asked (Envoy's quirk). */
  configurePlugin(): boolean {
    const { guest, root } = this;
    if (!root || guest.failed || !guest.has("proxy_on_configure")) return true;
    root.pluginConfigurationReadable = true;
    const size = this.process.pluginConfiguration.length;
    const accepted = guest.call("proxy_on_configure", root, [root.id, size]) !== 0;
    root.pluginConfigurationReadable = false;
    this.runDeferred();
    return accepted;
  }

  /** The context of a new connection, with the next free id. */
  addStream(connection: Context["connection"]): Context {
    return this.#add(new Context(this, this.#nextContextId++, "stream", connection));
  }

  removeContext(id: number): void {
    this.#contexts.delete(id);
  }

  defer(action: () => void): void {
    this.#deferred.push(action);
  }

  /** First in, first out; an action may call the guest, which may defer more. */
  runDeferred(): void {
    for (let next = this.#deferred.shift(); next; next = this.#deferred.shift()) next();
  }

  /** Calls a callback of the plugin (tick, queue) unless the VM has failed or does not export it. */
  callRoot(callback: string, ...args: readonly number[]): void {
    if (!this.root || this.failed || !this.guest.has(callback)) return;
    this.guest.call(callback, this.root, [this.root.id, ...args]);
    this.runDeferred();
  }

  /** Envoy wasm.cc, setTimerPeriod and tickHandler: 0 stops, a new period starts anew. */
  setTickPeriod(milliseconds: number): void {
    this.#tickPeriod = milliseconds;
    this.#tickTimer++;
    this.#armTick();
  }

  #armTick(): void {
    if (this.#tickPeriod === 0 || this.process.isCanary(this)) return;
    const timer = this.#tickTimer;
    const { loop } = this.process;
    loop.at(
      loop.now + this.#tickPeriod * 1e6,
      () => {
        if (timer !== this.#tickTimer || this.failed || !this.guest.has("proxy_on_tick")) return;
        this.callRoot("proxy_on_tick");
        if (timer === this.#tickTimer) this.#armTick();
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
    return this.process.startTime + BigInt(this.process.loop.now);
  }

  monotonic(): bigint {
    return BigInt(this.process.loop.now);
  }

  random(bytes: Uint8Array): void {
    this.process.random.fill(bytes);
  }

  traceLine(text: string): void {
    this.process.hostLog("trace", text);
  }

  note(text: string): void {
    this.process.recorder?.remark(Op.note, text);
  }

  notModelled(text: string): void {
    this.process.recorder?.remark(Op.notModelled, text);
  }

  getSharedData(key: string) {
    return this.process.shared.get(this.process.scenario.plugin.vmId, key);
  }

  setSharedData(key: string, value: Uint8Array, cas: number): Status {
    return this.process.shared.set(this.process.scenario.plugin.vmId, key, value, cas);
  }

  registerQueue(name: string): number {
    const { loop, shared, scenario } = this.process;
    return shared.register(scenario.plugin.vmId, name, (token) =>
      loop.post(() => this.callRoot("proxy_on_queue_ready", token)),
    );
  }

  resolveQueue(vmId: string, name: string): number | undefined {
    if (this.failed) return undefined;
    return this.process.shared.resolve(vmId || this.process.scenario.plugin.vmId, name);
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
    this.#contexts.set(context.id, context);
    return context;
  }
}

/** A plugin on the worker thread (Envoy wasm.cc, createContext and maybeReloadHandleIfNeeded). */
import { EnvoyDeath } from "./envoyDeath.ts";
import type { Plugin } from "./plugin.ts";
import type { Process } from "./process.ts";
import type { Vm } from "./vm.ts";

const MILLISECOND = 1e6;
const SHORT_BACKOFF =
  "FAIL_RELOAD with a reload backoff of less than 2 ms: Envoy 1.40 divides by half of it in whole milliseconds, which is zero, and dies (SIGFPE) at the first connection after the VM has failed.";

/** What a new connection's chain gets for a plugin. */
export type PluginUse =
  | { readonly kind: "filter"; readonly vm: Vm; readonly note?: string }
  | { readonly kind: "close" | "skip"; readonly note: string };

export class PluginHandle {
  readonly plugin: Plugin;
  readonly #process: Process;
  readonly #load: () => Vm | undefined;
  /** Undefined: it did not start on this thread. */
  #vm: Vm | undefined;
  #loadedAt: number;

  /** `load` makes or finds a VM on the worker and starts the plugin in it. */
  constructor(process: Process, plugin: Plugin, load: () => Vm | undefined) {
    this.plugin = plugin;
    this.#process = process;
    this.#load = load;
    this.#loadedAt = process.loop.now;
    this.#vm = load();
  }

  get vm(): Vm | undefined {
    return this.#vm;
  }

  forConnection(): PluginUse {
    if (!this.#vm) {
      const note =
        "the plugin did not start on the worker; Envoy then skips it whatever the policy";
      return { kind: "skip", note };
    }
    if (!this.#vm.failed) return { kind: "filter", vm: this.#vm };
    switch (this.plugin.failurePolicy) {
      case "FAIL_OPEN":
        return { kind: "skip", note: "the VM has failed; FAIL_OPEN leaves the filter out" };
      case "FAIL_CLOSED": {
        const note = "the VM has failed; FAIL_CLOSED closes without calling the filter";
        return { kind: "close", note };
      }
      case "FAIL_RELOAD":
        return this.#reload();
    }
  }

  /** The backoff is drawn at each try: from the base interval up to half as much more. */
  #reload(): PluginUse {
    const { loop, random, shared } = this.#process;
    const { name, reloadBackoff } = this.plugin;
    // A name of a scope ends without dots.
    const stats = `wasm.${name}`.replace(/\.+$/, "");
    // JitteredLowerBoundBackOffStrategy: whole milliseconds, a random number modulo half of them.
    if (reloadBackoff < 2 * MILLISECOND) throw new EnvoyDeath(SHORT_BACKOFF);
    const backoff = reloadBackoff + Math.floor((random.next() / 2 ** 32) * (reloadBackoff / 2));
    if (loop.now - this.#loadedAt < backoff) {
      shared.count(`${stats}.vm_reload_backoff`);
      return { kind: "close", note: "the VM has failed; FAIL_RELOAD waits before it loads again" };
    }
    this.#loadedAt = loop.now;
    const loaded = this.#load();
    // A trap in the plugin's on_context_create alone is no refusal, but the VM is of no use.
    const vm = loaded?.failed ? undefined : loaded;
    shared.count(`${stats}.vm_reload_${vm ? "success" : "failure"}`);
    if (!vm) return { kind: "close", note: "FAIL_RELOAD could not load the plugin again" };
    this.#vm = vm;
    return { kind: "filter", vm, note: "FAIL_RELOAD made a new VM" };
  }
}

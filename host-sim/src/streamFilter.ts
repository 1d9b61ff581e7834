/**
 * The wasm filter in one connection's chain (Envoy source/extensions/common/wasm/context.cc,
 * onNewConnection … onEvent; proxy-wasm-cpp-host context.cc, CHECK_FAIL_NET).
 */
import { PeerType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { DataBuffer } from "./dataBuffer.ts";
import type { Filter } from "./filterChain.ts";
import type { Plugin } from "./plugin.ts";
import type { Vm } from "./vm.ts";

export class StreamFilter implements Filter {
  readonly context: Context;
  readonly #vm: Vm;
  readonly #connection: Connection;
  /** Close, done, log and delete are only for contexts that the guest has seen. */
  #created = false;
  #streamFailed = false;
  /** The client's FIN went on. */
  #clientEnded = false;

  constructor(vm: Vm, plugin: Plugin, connection: Connection) {
    this.#vm = vm;
    this.#connection = connection;
    this.context = vm.addStream(plugin, connection);
  }

  /** Tells the run's observer where a callback would be. */
  #phase(callback: string): void {
    const { observer, recorder } = this.#vm.process;
    observer?.phase?.({
      callback,
      connection: this.#connection.index,
      seq: recorder?.seq ?? 0,
      property: (path) => this.context.readProperty(path),
    });
  }

  onNewConnection(): boolean {
    const { guest } = this.#vm;
    if (!this.#vm.failed && guest.has("proxy_on_context_create")) {
      const { id, root } = this.context;
      guest.call("proxy_on_context_create", this.context, [id, root.id]);
      this.#vm.runDeferred();
    }
    this.#created = true;
    return this.#callStatus("proxy_on_new_connection", []);
  }

  onDownstreamData(data: DataBuffer, endStream: boolean): boolean {
    this.context.downstreamData = data;
    const go = this.#callStatus("proxy_on_downstream_data", [data.length, endStream ? 1 : 0]);
    // After StopIteration the guest may still read and edit what is held back.
    if (go) this.context.downstreamData = undefined;
    this.#clientEnded ||= go && endStream;
    return go;
  }

  onUpstreamData(data: DataBuffer, endStream: boolean): boolean {
    if (!this.#created) return true;
    this.context.upstreamData = data;
    const go = this.#callStatus("proxy_on_upstream_data", [data.length, endStream ? 1 : 0]);
    if (go) this.context.upstreamData = undefined;
    // The only way in which this callback happens.
    if (endStream) this.#notify("proxy_on_upstream_connection_close", PeerType.Unknown);
    // The upstream is done; with bytes to write first, the downstream closes only after it is gone.
    if (go && endStream && this.#clientEnded && data.length > 0) {
      this.context.upstreamBufferFreed = true;
    }
    return go;
  }

  onClose(peer: number): void {
    if (!this.#created) return;
    this.#notify("proxy_on_downstream_connection_close", peer);
    this.#notify("proxy_on_done");
    this.#notify("proxy_on_log");
    this.#notify("proxy_on_delete");
  }

  release(): void {
    this.#vm.removeContext(this.context.id);
  }

  /** A callback whose result is a FilterStatus; on a failed VM the connection is closed instead. */
  #callStatus(callback: string, args: readonly number[]): boolean {
    const { guest } = this.#vm;
    if (this.#failed()) return false;
    this.#phase(callback);
    if (!guest.has(callback)) return true;
    const status = guest.call(callback, this.context, [this.context.id, ...args]);
    const failed = this.#failed();
    this.#vm.runDeferred();
    return !failed && status === 0;
  }

  /** A callback without a status; skipped on a failed VM. */
  #notify(callback: string, ...args: readonly number[]): void {
    const { guest } = this.#vm;
    if (this.#vm.failed) return;
    this.#phase(callback);
    if (!guest.has(callback)) return;
    guest.call(callback, this.context, [this.context.id, ...args]);
    this.#vm.runDeferred();
  }

  #failed(): boolean {
    if (!this.#vm.failed) return false;
    if (!this.#streamFailed) {
      this.#streamFailed = true;
      this.#connection.failStream();
    }
    return true;
  }
}

/**
 * The wasm filter in one connection's chain (Envoy source/extensions/common/wasm/context.cc,
 * onNewConnection … onEvent; proxy-wasm-cpp-host context.cc, CHECK_FAIL_NET).
 */
import { PeerType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { DataBuffer } from "./dataBuffer.ts";
import type { Vm } from "./vm.ts";

export class StreamFilter {
  readonly #vm: Vm;
  readonly #connection: Connection;
  readonly #context: Context;
  /** Close, done, log and delete are only for contexts that the guest has seen. */
  #created = false;
  #streamFailed = false;

  constructor(vm: Vm, connection: Connection) {
    this.#vm = vm;
    this.#connection = connection;
    this.#context = vm.addStream(connection);
  }

  get contextId(): number {
    return this.#context.id;
  }

  /** True: Continue, and the connection may go on to tcp_proxy. */
  onNewConnection(): boolean {
    const { guest } = this.#vm;
    const root = this.#vm.root?.id ?? 0;
    if (guest.has("proxy_on_context_create")) {
      guest.call("proxy_on_context_create", this.#context, [this.contextId, root]);
      this.#vm.runDeferred();
    }
    this.#created = true;
    return this.#callStatus("proxy_on_new_connection", []) && this.#connection.isOpen;
  }

  onDownstreamData(data: DataBuffer, endStream: boolean): boolean {
    this.#context.downstreamData = data;
    const go = this.#callStatus("proxy_on_downstream_data", [data.length, endStream ? 1 : 0]);
    // After StopIteration the guest may still read and edit what is held back.
    if (go) this.#context.downstreamData = undefined;
    return go;
  }

  onUpstreamData(data: DataBuffer, endStream: boolean): boolean {
    if (!this.#created) return true;
    this.#context.upstreamData = data;
    const go = this.#callStatus("proxy_on_upstream_data", [data.length, endStream ? 1 : 0]);
    if (go) this.#context.upstreamData = undefined;
    // The only way in which this callback happens.
    if (endStream) this.#notify("proxy_on_upstream_connection_close", PeerType.Unknown);
    return go;
  }

  onClose(peer: number): void {
    if (this.#created) {
      this.#notify("proxy_on_downstream_connection_close", peer);
      this.#notify("proxy_on_done");
      this.#notify("proxy_on_log");
      this.#notify("proxy_on_delete");
    }
  }

  /** The connection is gone, and its context with it. */
  release(): void {
    this.#vm.removeContext(this.contextId);
  }

  /** A callback whose result is a FilterStatus; on a failed VM the connection is closed instead. */
  #callStatus(callback: string, args: readonly number[]): boolean {
    const { guest } = this.#vm;
    if (this.#failed()) return false;
    if (!guest.has(callback)) return true;
    const status = guest.call(callback, this.#context, [this.contextId, ...args]);
    const failed = this.#failed();
    this.#vm.runDeferred();
    return !failed && status === 0;
  }

  /** A callback without a status; skipped on a failed VM. */
  #notify(callback: string, ...args: readonly number[]): void {
    const { guest } = this.#vm;
    if (this.#vm.failed || !guest.has(callback)) return;
    guest.call(callback, this.#context, [this.contextId, ...args]);
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

/**
 * The wasm filter in one connection's chain (Envoy source/extensions/common/wasm/context.cc,
 * onNewConnection … onEvent; proxy-wasm-cpp-host context.cc, CHECK_FAIL_NET).
 */
import { PeerType } from "./abi.ts";
import { asBytes } from "./bytes.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { DataBuffer } from "./dataBuffer.ts";
import { findProperty } from "./envoy/attributes.ts";
import type { Filter } from "./filterChain.ts";
import type { Callback } from "./guest.ts";
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
    this.#vm.process.observer?.phase?.({
      callback,
      connection: this.#connection.index,
      seq: this.#vm.process.recorder?.seq ?? 0,
      property: (path) => {
        const found = this.context.readProperty(findProperty(path));
        return "value" in found ? { ...found, value: asBytes(found.value) } : found;
      },
    });
  }

  onNewConnection(): boolean {
    const { guest, stream } = this.#vm;
    if (!this.#vm.failed && stream.create.run) {
      const { id, root } = this.context;
      guest.call(stream.create, this.context, [id, root.id]);
      this.#vm.runDeferred();
    }
    this.#created = true;
    return this.#callStatus(this.#vm.stream.newConnection, [this.context.id]);
  }

  onDownstreamData(data: DataBuffer, endStream: boolean): boolean {
    this.context.downstreamData = data;
    const args = [this.context.id, data.length, endStream ? 1 : 0];
    const go = this.#callStatus(this.#vm.stream.downstreamData, args);
    // After StopIteration the guest may still read and edit what is held back.
    if (go) this.context.downstreamData = undefined;
    this.#clientEnded ||= go && endStream;
    return go;
  }

  onUpstreamData(data: DataBuffer, endStream: boolean): boolean {
    if (!this.#created) return true;
    this.context.upstreamData = data;
    const args = [this.context.id, data.length, endStream ? 1 : 0];
    const go = this.#callStatus(this.#vm.stream.upstreamData, args);
    if (go) this.context.upstreamData = undefined;
    // The only way in which this callback happens.
    if (endStream) this.#notify(this.#vm.stream.upstreamClose, [this.context.id, PeerType.Unknown]);
    // The upstream is done; with bytes to write first, the downstream closes only after it is gone.
    if (go && endStream && this.#clientEnded && data.length > 0) {
      this.context.upstreamBufferFreed = true;
    }
    return go;
  }

  onClose(peer: number): void {
    if (!this.#created) return;
    const { id } = this.context;
    const { stream } = this.#vm;
    this.#notify(stream.downstreamClose, [id, peer]);
    this.#notify(stream.done, [id]);
    this.#notify(stream.log, [id]);
    this.#notify(stream.delete, [id]);
  }

  release(): void {
    this.#vm.removeContext(this.context);
  }

  /** A callback whose result is a FilterStatus; on a failed VM the connection is closed instead. */
  #callStatus(callback: Callback, args: readonly number[]): boolean {
    const { guest } = this.#vm;
    if (this.#failed()) return false;
    if (this.#vm.process.observer) this.#phase(callback.name);
    if (!callback.run) return true;
    const status = guest.call(callback, this.context, args);
    const failed = this.#failed();
    this.#vm.runDeferred();
    return !failed && status === 0;
  }

  /** A callback without a status; skipped on a failed VM. */
  #notify(callback: Callback, args: readonly number[]): void {
    const { guest } = this.#vm;
    if (this.#vm.failed) return;
    if (this.#vm.process.observer) this.#phase(callback.name);
    if (!callback.run) return;
    guest.call(callback, this.context, args);
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

/**
 * The filters of one connection (Envoy source/common/network/filter_manager_impl.cc).
 * Bytes from the client pass them in the order of the configuration, bytes to it in reverse.
 */
import { PeerType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import type { DataBuffer } from "./dataBuffer.ts";

export interface Filter {
  /** True: Continue. */
  onNewConnection(): boolean;
  onDownstreamData(data: DataBuffer, endStream: boolean): boolean;
  /** True where the filter does not look at what goes to the client. */
  onUpstreamData(data: DataBuffer, endStream: boolean): boolean;
  /** The downstream connection has closed; `peer` is a PeerType. */
  onClose(peer: number): void;
  /** The connection is gone. */
  release(): void;
}

export class FilterChain {
  readonly filters: readonly Filter[];
  readonly #connection: Connection;
  /** How many filters have been told of the connection. */
  #initialized = 0;

  constructor(filters: readonly Filter[], connection: Connection) {
    this.filters = filters;
    this.#connection = connection;
  }

  /** initializeReadFilters: new connection for each, until one stops. */
  start(): void {
    for (let i = 0; i < this.filters.length; i++) {
      const filter = this.filters[i];
      if (!filter || !this.#initialize(i, filter)) return;
    }
  }

  /** onContinueReading: from the filter after `after`, or from the first. */
  read(data: DataBuffer, endStream: boolean, after?: Filter): void {
    const first = after ? this.filters.indexOf(after) + 1 : 0;
    for (let i = first; i < this.filters.length; i++) {
      const filter = this.filters[i];
      if (!filter || !this.#initialize(i, filter)) return;
      if (data.length === 0 && !endStream) continue;
      if (!filter.onDownstreamData(data, endStream) || !this.#connection.isOpen) return;
    }
  }

  /** onWrite: true if no filter stopped the bytes and the connection is still open. */
  write(data: DataBuffer, endStream: boolean): boolean {
    for (let i = this.filters.length - 1; i >= 0; i--) {
      const passed = this.filters[i]?.onUpstreamData(data, endStream) ?? true;
      if (!passed || !this.#connection.isOpen) return false;
    }
    return true;
  }

  #initialize(index: number, filter: Filter): boolean {
    if (index < this.#initialized) return true;
    this.#initialized = index + 1;
    return filter.onNewConnection() && this.#connection.isOpen;
  }
}

/** What stands in the chain for a plugin whose VM has failed under FAIL_CLOSED. */
export class ClosingFilter implements Filter {
  readonly #connection: Connection;
  readonly #why: string;

  constructor(connection: Connection, why: string) {
    this.#connection = connection;
    this.#why = why;
  }

  onNewConnection(): boolean {
    this.#connection.close(PeerType.Local, "envoy", undefined, this.#why);
    return false;
  }

  onDownstreamData(): boolean {
    return false;
  }

  onUpstreamData(): boolean {
    return true;
  }

  onClose(): void {
    // The guest never heard of the connection.
  }

  release(): void {
    // Nothing is held.
  }
}

/**
 * One downstream connection: its socket, its filter chain, its end
 * (Envoy source/common/network/connection_impl.cc).
 *
 * Bytes go client → socket → read buffer → wasm filters → tcp_proxy → upstream, and back.
 */
import { parseAddress, type Address } from "./address.ts";
import { PeerType } from "./abi.ts";
import { asciiLowerCase, concatBytes } from "./bytes.ts";
import type { Cluster } from "./cluster.ts";
import type { Context } from "./context.ts";
import { DataBuffer } from "./dataBuffer.ts";
import type { ConnectionFacts } from "./envoy/attributes.ts";
import { FilterState, type FilterStateObject } from "./envoy/filterState.ts";
import { Flags, type Flag } from "./envoy/tcpProxy.ts";
import { ClosingFilter, FilterChain, type Filter } from "./filterChain.ts";
import type { PluginHandle } from "./pluginHandle.ts";
import type { Process } from "./process.ts";
import { vmNames, type EventBody } from "./records.ts";
import type { ScenarioConnection } from "./scenario.ts";
import { StreamFilter } from "./streamFilter.ts";
import { TcpProxy } from "./tcpProxyFilter.ts";
import type { Accept, ConnectionEnd, FilterStateChange } from "./trace.ts";

type ClosedBy = ConnectionEnd["closedBy"];
const flagOrder = Object.keys(Flags) as Flag[];
const NOTHING: readonly Uint8Array[] = [];
const WORKER = vmNames.indexOf("worker");

export class Connection implements ConnectionFacts {
  readonly index: number;
  readonly source: Address;
  readonly destination: Address;
  readonly serverName: string | undefined;
  readonly connectionId: number;
  readonly filterState = new FilterState();
  bytesReceived = 0;
  bytesSent = 0;
  // Written by tcp_proxy.
  connectAttempts = 0;
  upstreamFailure = "";
  cluster: Cluster | undefined;
  upstream: ConnectionFacts["upstream"];
  upstreamHost: string | undefined;
  responseFlags = 0;
  /** Who sent the first FIN. */
  firstFin: "client" | "server" | undefined;

  readonly tcpProxy: TcpProxy;
  /** Virtual time. */
  readonly #acceptedAt: number;
  readonly #process: Process;
  readonly #chain: FilterChain;
  readonly #onEnd: (connection: Connection) => void;
  #open = true;
  #readDisabled = false;
  /** What lies in the socket, unread. */
  #unread: readonly Uint8Array[] = NOTHING;
  #unreadFin = false;
  #unreadReset = false;
  readonly #readBuffer = new DataBuffer();
  #readFin = false;
  #writeFinSent = false;
  /** The context that events of this connection belong to; 0 without a filter. */
  #contextId = 0;
  #closedBy: ClosedBy = "open";
  #closeReason: string | undefined;
  #note: string | undefined;

  /** Makes the filter chain: a context for each plugin whose VM lives. */
  constructor(
    process: Process,
    plugins: readonly PluginHandle[],
    index: number,
    scenario: ScenarioConnection,
    onEnd: (connection: Connection) => void,
  ) {
    this.#process = process;
    this.index = index;
    this.source = address(scenario.source);
    this.destination = destinationOf(scenario.destination);
    // As ConnectionInfoSetterImpl::setRequestedServerName.
    this.serverName = scenario.serverName && asciiLowerCase(scenario.serverName);
    this.#acceptedAt = process.loop.now;
    this.connectionId = process.nextConnectionId++;
    this.#onEnd = onEnd;
    this.tcpProxy = new TcpProxy(process, this);
    this.#chain = new FilterChain(this.#makeFilters(plugins, scenario), this);
  }

  /** The chain, and the event of the accept. */
  #makeFilters(
    plugins: readonly PluginHandle[],
    { source, destination }: ScenarioConnection,
  ): readonly Filter[] {
    const filters: Filter[] = [];
    let what: Accept["filter"] = "skipped";
    let note: string | undefined;
    for (const handle of plugins) {
      const use = handle.forConnection();
      note ??= use.note;
      if (use.kind === "filter") {
        const filter = new StreamFilter(use.vm, handle.plugin, this);
        if (this.#contextId === 0) this.#contextId = filter.context.id;
        if (what === "skipped") what = "present";
        filters.push(filter);
      } else if (use.kind === "close") {
        what = "closed";
        filters.push(new ClosingFilter(this, use.note));
      }
    }
    filters.push(this.tcpProxy);
    if (this.#process.recorder) {
      const accept = { filter: what, ...(note === undefined ? {} : { note }) };
      const { connectionId } = this;
      this.event({ kind: "accept", source, destination, connectionId, ...accept });
    }
    return filters;
  }

  /** on_new_connection of each filter, tcp_proxy's last. */
  start(): void {
    this.#chain.start();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get startTime(): bigint {
    return this.#process.startTime + BigInt(this.#acceptedAt);
  }

  addFlag(flag: Flag): void {
    this.responseFlags |= 1 << Flags[flag];
  }

  // --- what the client does ---

  clientSends(bytes: Uint8Array): void {
    this.#unread = [...this.#unread, bytes];
    this.#process.loop.post(() => this.#read());
  }

  clientFin(): void {
    if (!this.#open) return;
    this.firstFin ??= "client";
    this.#unreadFin = true;
    this.#process.loop.post(() => this.#read());
  }

  clientReset(): void {
    this.#unreadReset = true;
    this.#process.loop.post(() => this.#read());
  }

  // --- reading ---

  /** While reading is off, what the client sends waits in the socket; its FIN and RST as well. */
  setReadDisabled(disabled: boolean): void {
    this.#readDisabled = disabled;
    if (!disabled) this.#process.loop.post(() => this.#read());
  }

  /** onReadReady: everything there is, as one read. */
  #read(): void {
    if (!this.#open || this.#readDisabled) return;
    const bytes = concatBytes(this.#unread);
    const fin = this.#unreadFin && !this.#readFin;
    this.#unread = NOTHING;
    if (bytes.length > 0 || fin) {
      this.tcpProxy.count("downstream_cx_rx_bytes_total", bytes.length);
      this.#readBuffer.append(bytes);
      this.#readFin ||= fin;
      // Envoy counts the whole buffer at each pass, what a filter held back included.
      this.bytesReceived += this.#readBuffer.length;
      this.#chain.read(this.#readBuffer, this.#readFin);
    }
    if (!this.#open) return;
    if (this.#unreadReset) {
      this.close(PeerType.Remote, "client", undefined, "the client reset the connection");
    } else if (this.#readFin && this.#writeFinSent) {
      this.close(PeerType.Remote, this.firstFin ?? "client");
    }
  }

  // --- writing ---

  /**
   * Bytes for the client, through the write filters; they are taken out of `data` unless a filter
   * stops them. Answers how many went out.
   */
  write(data: DataBuffer, endStream: boolean): number {
    if (!this.#chain.write(data, endStream)) return 0;
    const bytes = data.drain();
    this.bytesSent += bytes.length;
    this.tcpProxy.count("downstream_cx_tx_bytes_total", bytes.length);
    this.event({ kind: "forward", to: "downstream", bytes, endStream });
    if (!endStream) return bytes.length;
    this.#writeFinSent = true;
    // onWriteReady, once the FIN has left: the client's own FIN was read, even if a filter kept it.
    this.#process.loop.post(() => {
      if (this.#readFin) this.close(PeerType.Local, this.firstFin ?? "server");
    });
    return bytes.length;
  }

  // --- what the filters ask for ---

  deferContinue(by: Context): void {
    const askedBy = this.#callSeq();
    by.vm.defer(() => {
      this.event({ kind: "streamAction", action: "continue", askedBy });
      const filter = this.#chain.filters.find(
        (it) => it instanceof StreamFilter && it.context === by,
      );
      if (this.#open) this.#chain.read(this.#readBuffer, this.#readFin, filter);
    });
  }

  deferClose(by: Context, reason: string): void {
    const askedBy = this.#callSeq();
    by.vm.defer(() => {
      this.event({ kind: "streamAction", action: "close", askedBy, reason });
      // Also on a connection that is closed by now: the access log tells the last reason.
      this.#closeReason = reason;
      this.close(PeerType.Local, "filter", reason, "the filter closed the connection");
    });
  }

  /** ContextBase::failStream: the VM failed under this connection; no reason is given. */
  failStream(): void {
    this.close(PeerType.Local, "envoy", undefined, "the VM failed; Envoy closed the connection");
  }

  /** `span` makes no difference on TCP: all end in the connection's own filter state. */
  writeFilterState(key: string, object: FilterStateObject, span: FilterStateChange["span"]): void {
    const { recorder } = this.#process;
    if (recorder) {
      const before = this.filterState.get(key)?.object.value;
      const change = { kind: "filterStateChange", key, value: object.value, span } as const;
      recorder.filterState(before ? { ...change, before } : change);
    }
    this.filterState.set(key, object, recorder?.seq);
  }

  // --- the end ---

  /** closeSocket; `peer` is what the filters are told. */
  close(peer: number, by: ClosedBy, reason?: string, note?: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closedBy = by;
    this.#closeReason = reason;
    this.#note = note;
    // Envoy destroys the connection, and tcp_proxy writes its access log, once the stack has unwound;
    // the listener hears of the close before the filters do, so this comes before what they post.
    this.#process.loop.deferDelete(() => this.end());
    for (const filter of this.#chain.filters) filter.onClose(peer);
  }

  /** Writes the last word on the connection. */
  end(): void {
    if (this.#process.recorder) this.#recordEnd();
    for (const filter of this.#chain.filters) filter.release();
    this.#onEnd(this);
  }

  #recordEnd(): void {
    const flags = flagOrder.filter((flag) => this.responseFlags & (1 << Flags[flag]));
    this.event({
      kind: "connectionEnd",
      ...(this.cluster ? { cluster: this.cluster.name } : {}),
      ...(this.upstreamHost === undefined ? {} : { upstreamHost: this.upstreamHost }),
      flags: flags.join() || "-",
      bytesReceived: this.bytesReceived,
      bytesSent: this.bytesSent,
      closedBy: this.#closedBy,
      ...(this.#closeReason === undefined ? {} : { closeReason: this.#closeReason }),
      ...(this.#note === undefined ? {} : { note: this.#note }),
    });
  }

  /** Records an event of this connection. */
  event(body: EventBody): void {
    const { recorder } = this.#process;
    if (!recorder) return;
    recorder.place(WORKER, this.#contextId, this.index);
    recorder.event(body);
  }

  /** `seq` of the host call under way. */
  #callSeq(): number {
    return this.#process.recorder?.seq ?? 0;
  }
}

let lastDestination: { readonly text: string; readonly address: Address } | undefined;

/** Many connections have the same one. */
function destinationOf(text: string): Address {
  if (lastDestination?.text !== text) lastDestination = { text, address: address(text) };
  return lastDestination.address;
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  return parsed;
}

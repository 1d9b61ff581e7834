/**
 * One downstream connection through a filter chain of the wasm filter and tcp_proxy
 * (Envoy source/common/network/connection_impl.cc and filter_manager_impl.cc,
 * source/common/tcp_proxy/tcp_proxy.cc; the wasm side in streamFilter.ts).
 *
 * Bytes go client → socket → readBuffer → wasm → tcp_proxy → upstream, and back the other way.
 */
import { parseAddress, type Address } from "./address.ts";
import { PeerType } from "./abi.ts";
import { concatBytes } from "./bytes.ts";
import { DataBuffer } from "./dataBuffer.ts";
import type { ConnectionFacts } from "./envoy/attributes.ts";
import type { FilterState, FilterStateObject } from "./envoy/filterState.ts";
import {
  CloseReason,
  CONNECT_TIMEOUT,
  findCluster,
  Flags,
  IDLE_TIMEOUT,
  pickRoute,
  type Flag,
} from "./envoy/tcpProxy.ts";
import { proxyProtocolHeader } from "./envoy/proxyProtocol.ts";
import type { Process } from "./process.ts";
import type { EventBody } from "./recorder.ts";
import type { ScenarioCluster, ScenarioConnection } from "./scenario.ts";
import { StreamFilter } from "./streamFilter.ts";
import type { ConnectionEnd, FilterStateChange } from "./trace.ts";
import type { Vm } from "./vm.ts";

type ClosedBy = ConnectionEnd["closedBy"];

/** The connection to a host of the cluster, once it is up. */
interface Upstream {
  readonly echo: boolean;
  /** Envoy has sent its FIN. */
  finSent: boolean;
  /** The server has sent its FIN. */
  finReceived: boolean;
}

export class Connection implements ConnectionFacts {
  readonly index: number;
  readonly source: Address;
  readonly destination: Address;
  readonly serverName: string | undefined;
  readonly startTime: bigint;
  readonly connectionId: number;
  readonly filterState: FilterState = new Map();
  bytesReceived = 0;
  bytesSent = 0;
  connectAttempts = 0;
  upstreamFailure = "";
  cluster: ConnectionFacts["cluster"];
  upstream: ConnectionFacts["upstream"];

  readonly #process: Process;
  readonly #vm: Vm | undefined;
  readonly #filter: StreamFilter | undefined;
  readonly #onEnd: (connection: Connection) => void;
  #open = true;
  /** tcp_proxy takes no byte before its upstream is connected. */
  #readDisabled = true;
  #tcpProxyStarted = false;
  /** What lies in the socket, unread. */
  #unread: Uint8Array[] = [];
  #unreadFin = false;
  #unreadReset = false;
  readonly #readBuffer = new DataBuffer();
  #readFin = false;
  readonly #writeBuffer = new DataBuffer();
  #writeFinSent = false;
  #upstream: Upstream | undefined;
  #lastActivity: number;
  readonly #flags = new Set<Flag>();
  #upstreamHost: string | undefined;
  #closedBy: ClosedBy = "open";
  #firstFin: ClosedBy | undefined;
  #closeReason: string | undefined;
  #note: string | undefined;

  constructor(
    process: Process,
    vm: Vm | undefined,
    index: number,
    scenario: ScenarioConnection,
    onEnd: (connection: Connection) => void,
  ) {
    this.#process = process;
    this.#vm = vm;
    this.index = index;
    this.source = address(scenario.source);
    this.destination = address(scenario.destination);
    this.serverName = scenario.serverName;
    this.startTime = process.startTime + BigInt(process.loop.now);
    this.connectionId = process.nextConnectionId++;
    this.#lastActivity = process.loop.now;
    this.#onEnd = onEnd;
    const present = vm !== undefined && !vm.failed;
    if (present) this.#filter = new StreamFilter(vm, this);
  }

  get responseFlags(): number {
    let mask = 0;
    for (const flag of this.#flags) mask |= 1 << Flags[flag];
    return mask;
  }

  /** Accepts the connection: filter chain, on_new_connection, tcp_proxy, connect. */
  accept(text: Pick<ScenarioConnection, "source" | "destination">): void {
    const { failurePolicy } = this.#process.scenario.plugin;
    const failed = this.#vm?.failed === true;
    const closes = failed && failurePolicy !== "FAIL_OPEN";
    const filter = this.#filter ? "present" : closes ? "closed" : "skipped";
    this.#event({
      kind: "accept",
      source: text.source,
      destination: text.destination,
      connectionId: this.connectionId,
      filter,
      ...(filter === "present" ? {} : { note: this.#whyWithoutFilter(filter) }),
    });
    this.#armIdleTimer();
    if (closes) {
      this.close(PeerType.Local, "envoy", undefined, this.#whyWithoutFilter("closed"));
      return;
    }
    if (this.#filter && !this.#filter.onNewConnection()) return;
    this.#startTcpProxy();
  }

  #whyWithoutFilter(filter: "closed" | "skipped"): string {
    const { failurePolicy } = this.#process.scenario.plugin;
    if (!this.#vm)
      return "the worker's VM did not start; Envoy then skips the filter whatever the policy";
    if (filter === "skipped")
      return "the VM has failed; FAIL_OPEN leaves the filter out of the chain";
    return failurePolicy === "FAIL_RELOAD"
      ? "the VM has failed; reloading under FAIL_RELOAD is not modelled yet"
      : "the VM has failed; FAIL_CLOSED closes the connection without calling the filter";
  }

  // --- what the scenario does ---

  clientSends(bytes: Uint8Array): void {
    this.#unread.push(bytes);
    this.#process.loop.post(() => this.#read());
  }

  clientFin(): void {
    if (!this.#open) return;
    this.#firstFin ??= "client";
    this.#unreadFin = true;
    this.#process.loop.post(() => this.#read());
  }

  clientReset(): void {
    this.#unreadReset = true;
    this.#process.loop.post(() => this.#read());
  }

  get hasUpstream(): boolean {
    return this.#open && this.#upstream !== undefined;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  serverSends(bytes: Uint8Array): void {
    this.#process.loop.post(() => this.#readUpstream(bytes, false));
  }

  serverFin(): void {
    if (!this.#upstream || this.#upstream.finReceived) return;
    this.#firstFin ??= "server";
    this.#process.loop.post(() => this.#readUpstream(new Uint8Array(0), true));
  }

  serverReset(): void {
    this.#process.loop.post(() => {
      if (!this.hasUpstream) return;
      this.#flags.add("UR");
      this.#upstream = undefined;
      this.close(PeerType.Local, "server", undefined, "the upstream reset the connection");
    });
  }

  // --- downstream to upstream ---

  /** ConnectionImpl::onReadReady: everything there is, as one read. */
  #read(): void {
    if (!this.#open || this.#readDisabled) return;
    const bytes = concatBytes(this.#unread);
    const fin = this.#unreadFin && !this.#readFin;
    this.#unread = [];
    if (bytes.length > 0 || fin) {
      this.#touch();
      this.#readBuffer.append(bytes);
      this.#readFin ||= fin;
      this.#onRead();
    }
    if (this.#open && this.#unreadReset) {
      this.close(PeerType.Remote, "client", undefined, "the client reset the connection");
    } else if (this.#open && this.#readFin && this.#writeFinSent) {
      this.close(PeerType.Remote, this.#firstFin ?? "client");
    }
  }

  /** FilterManagerImpl::onRead: from the first filter on, with all that was held back. */
  #onRead(): void {
    // Envoy counts the whole buffer at each pass, what a filter held back included.
    this.bytesReceived += this.#readBuffer.length;
    if (this.#filter && !this.#filter.onDownstreamData(this.#readBuffer, this.#readFin)) return;
    this.#passToTcpProxy();
  }

  /** FilterManagerImpl::onContinueReading from the filter after wasm. */
  continueReading(): void {
    if (!this.#open) return;
    if (!this.#tcpProxyStarted) this.#startTcpProxy();
    else this.#passToTcpProxy();
  }

  #passToTcpProxy(): void {
    if (!this.#open || !this.#upstream) return;
    if (this.#readBuffer.length === 0 && !this.#readFin) return;
    this.#forwardUpstream(this.#readBuffer.drain(), this.#readFin);
  }

  #forwardUpstream(bytes: Uint8Array, endStream: boolean): void {
    const upstream = this.#upstream;
    if (!upstream || upstream.finSent) return;
    this.#event({ kind: "forward", to: "upstream", bytes, endStream });
    if (upstream.echo && bytes.length > 0) this.serverSends(bytes);
    if (!endStream) return;
    upstream.finSent = true;
    // The FIN leaves when the loop writes; only then are both directions of the upstream done.
    this.#process.loop.post(() => this.#closeIfUpstreamIsDone());
  }

  // --- tcp_proxy ---

  #startTcpProxy(): void {
    if (!this.#open || this.#tcpProxyStarted) return;
    this.#tcpProxyStarted = true;
    const { scenario, random } = this.#process;
    const route = pickRoute(scenario.tcpProxy, this.filterState, () => random.next());
    const cluster = findCluster(scenario.clusters, route.cluster);
    this.#event({ kind: "clusterDecision", ...route, found: cluster !== undefined });
    if (!cluster) {
      this.#fail("NC", CloseReason.noCluster, `there is no cluster "${route.cluster}"`);
      return;
    }
    this.cluster = { name: route.cluster, endpoints: cluster.endpoints.length };
    const host = cluster.endpoints[this.#process.nextHost(route.cluster, cluster.endpoints.length)];
    if (host === undefined) {
      this.#connected("noHost", undefined);
      this.#fail("UH", CloseReason.noHealthyHost, `the cluster "${route.cluster}" has no host`);
      return;
    }
    this.connectAttempts = 1;
    this.#process.nextConnectionId++;
    const { loop } = this.#process;
    switch (cluster.connect) {
      case "accept":
        loop.post(() => this.#upstreamConnected(host, cluster));
        break;
      case "refuse":
        loop.post(() => this.#connectFailed(host, "refused"));
        break;
      case "timeout":
        loop.at(loop.now + CONNECT_TIMEOUT, () => this.#connectFailed(host, "timeout"));
        break;
    }
  }

  #upstreamConnected(host: string, { echo, proxyProtocol }: ScenarioCluster): void {
    if (!this.#open) return;
    this.#upstreamHost = host;
    this.upstream = { address: address(host) };
    this.#upstream = { echo, finSent: false, finReceived: false };
    const header =
      proxyProtocol && proxyProtocolHeader(proxyProtocol, this.source, this.destination);
    this.#connected("connected", host, header);
    this.#touch();
    this.#readDisabled = false;
    // tcp_proxy resumes after itself; bytes that waited in the socket come with the next read.
    this.#process.loop.post(() => this.#read());
  }

  #connectFailed(host: string, result: "refused" | "timeout"): void {
    if (!this.#open) return;
    this.#upstreamHost = host;
    this.upstream = { address: address(host) };
    this.#flags.add("UF");
    // connection_impl.cc, onWriteReady: the kernel's word on a connect that was under way.
    if (result === "refused") this.upstreamFailure = "delayed connect error: Connection refused";
    this.#connected(result, host);
    const how = result === "refused" ? "refused the connection" : "did not answer";
    this.#fail("URX", CloseReason.connectFailed, `${host} ${how}`);
  }

  #connected(
    result: "connected" | "refused" | "timeout" | "noHost",
    host: string | undefined,
    proxyProtocol?: Uint8Array,
  ): void {
    this.#event({
      kind: "upstreamConnect",
      cluster: this.cluster?.name ?? "",
      result,
      ...(host === undefined ? {} : { host }),
      ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    });
  }

  #fail(flag: Flag, reason: string, note: string): void {
    this.#flags.add(flag);
    this.close(PeerType.Local, "envoy", reason, note);
  }

  // --- upstream to downstream ---

  /** tcp_proxy's onUpstreamData, then the write filters in reverse order. */
  #readUpstream(bytes: Uint8Array, fin: boolean): void {
    const upstream = this.#upstream;
    if (!this.#open || !upstream || upstream.finReceived) return;
    this.#touch();
    this.#writeBuffer.append(bytes);
    upstream.finReceived = fin;
    const passed = !this.#filter || this.#filter.onUpstreamData(this.#writeBuffer, fin);
    if (!this.#open) return;
    // What a filter stops stays in the buffer and comes again with the next bytes.
    if (passed) {
      const out = this.#writeBuffer.drain();
      this.bytesSent += out.length;
      this.#event({ kind: "forward", to: "downstream", bytes: out, endStream: fin });
      this.#writeFinSent ||= fin;
    }
    if (!fin) return;
    this.#closeIfUpstreamIsDone();
    // onWriteReady, once the FIN has left: the client's own FIN was read, even if a filter kept it.
    this.#process.loop.post(() => {
      if (this.#readFin && this.#writeFinSent)
        this.close(PeerType.Local, this.#firstFin ?? "server");
    });
  }

  /** Both directions of the upstream are done: it closes, and tcp_proxy closes the downstream. */
  #closeIfUpstreamIsDone(): void {
    if (!this.#upstream?.finSent || !this.#upstream.finReceived) return;
    this.close(PeerType.Local, this.#firstFin ?? "server");
  }

  // --- what the filter asks for ---

  deferContinue(askedBy: number): void {
    this.#vm?.defer(() => {
      this.#event({ kind: "streamAction", action: "continue", askedBy });
      this.continueReading();
    });
  }

  deferClose(reason: string, askedBy: number): void {
    this.#vm?.defer(() => {
      this.#event({ kind: "streamAction", action: "close", askedBy, reason });
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
    const before = this.filterState.get(key)?.object.value;
    recorder?.filterState({ key, value: object.value, span, ...(before ? { before } : {}) });
    this.filterState.set(key, { object, writtenBy: recorder?.seq });
  }

  // --- the end ---

  /** ConnectionImpl::closeSocket; `peer` is what the filters are told. */
  close(peer: number, by: ClosedBy, reason?: string, note?: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closedBy = by;
    this.#closeReason = reason;
    this.#note = note;
    this.#filter?.onClose(peer);
    this.#upstream = undefined;
    // Envoy destroys the connection, and tcp_proxy writes its access log, once the stack has unwound.
    this.#process.loop.post(() => this.end());
  }

  /** Writes the last word on the connection. */
  end(): void {
    const order = Object.keys(Flags) as Flag[];
    const flags = order.filter((flag) => this.#flags.has(flag)).join(",");
    this.#event({
      kind: "connectionEnd",
      ...(this.cluster ? { cluster: this.cluster.name } : {}),
      ...(this.#upstreamHost === undefined ? {} : { upstreamHost: this.#upstreamHost }),
      flags: flags === "" ? "-" : flags,
      bytesReceived: this.bytesReceived,
      bytesSent: this.bytesSent,
      closedBy: this.#closedBy,
      ...(this.#closeReason === undefined ? {} : { closeReason: this.#closeReason }),
      ...(this.#note === undefined ? {} : { note: this.#note }),
    });
    this.#filter?.release();
    this.#onEnd(this);
  }

  #touch(): void {
    this.#lastActivity = this.#process.loop.now;
  }

  /** tcp_proxy's idle timeout; only armed when the scenario lasts long enough to meet it. */
  #armIdleTimer(): void {
    const { loop, lastStepAt } = this.#process;
    const due = this.#lastActivity + IDLE_TIMEOUT;
    if (due > lastStepAt) return;
    const check = () => {
      // Armed by tcp_proxy once it is connected.
      if (!this.#open || !this.#upstream) return;
      if (loop.now < this.#lastActivity + IDLE_TIMEOUT) this.#armIdleTimer();
      else this.close(PeerType.Local, "envoy", CloseReason.idle, "no byte for an hour");
    };
    loop.at(due, check, true);
  }

  #event(body: EventBody): void {
    const { recorder } = this.#process;
    if (!recorder) return;
    recorder.place(this.#vm?.guest.vmIndex ?? WORKER, this.#filter?.contextId ?? 0, this.index);
    recorder.event(body);
  }
}

/** Index in vmNames; for connections of a worker without a VM. */
const WORKER = 3;

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  return parsed;
}

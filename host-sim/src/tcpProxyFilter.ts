/**
 * tcp_proxy in one connection's chain: picks the cluster, connects, moves the bytes
 * (Envoy source/common/tcp_proxy/tcp_proxy.cc).
 */
import { parseAddress } from "./address.ts";
import { PeerType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import { DataBuffer } from "./dataBuffer.ts";
import { parseDuration } from "./duration.ts";
import { proxyProtocolHeader } from "./envoy/proxyProtocol.ts";
import {
  CloseReason,
  DEFAULT_IDLE_TIMEOUT,
  IDLE_TIMEOUT_KEY,
  pickRoute,
  type Route,
  type Flag,
} from "./envoy/tcpProxy.ts";
import type { Filter } from "./filterChain.ts";
import type { Process } from "./process.ts";
import type { ScenarioCluster } from "./scenario.ts";
import { startDurationTimer } from "./tcpProxyDuration.ts";

/** The connection to a host of the cluster, once it is up. */
interface Upstream {
  readonly echo: boolean;
  /** Envoy has sent its FIN. */
  finSent: boolean;
  /** The server has sent its FIN. */
  finReceived: boolean;
}

export class TcpProxy implements Filter {
  /** The last choice of a cluster; undefined before the first. */
  route: Route | undefined;
  readonly #process: Process;
  readonly #connection: Connection;
  /** How many bytes may come before the upstream is connected; undefined: none is read. */
  readonly #maxEarlyData: number | undefined;
  readonly #earlyData = new DataBuffer();
  #earlyFin = false;
  /** What came from the upstream and a filter has stopped. */
  readonly #fromUpstream = new DataBuffer();
  #upstream: Upstream | undefined;
  /** Nanoseconds; undefined: none. */
  #idleTimeout: number | undefined;
  #lastActivity = 0;
  /** A timeout that the scenario asks for keeps the run going; Envoy's default of an hour does not. */
  #idleInBackground = true;

  constructor(process: Process, connection: Connection) {
    this.#process = process;
    this.#connection = connection;
    this.count("downstream_cx_total");
    this.#maxEarlyData = process.scenario.tcpProxy.maxEarlyDataBytes;
    if (this.#maxEarlyData === undefined) connection.setReadDisabled(true);
  }

  /** A statistic of tcp_proxy. */
  count(name: string, by = 1): void {
    this.#process.tcpCounters.count(name, by);
  }

  get hasUpstream(): boolean {
    return this.#connection.isOpen && this.#upstream !== undefined;
  }

  /** With early data the filters before it go on; else nothing is read until there is an upstream. */
  onNewConnection(): boolean {
    startDurationTimer(this.#process, this.#connection);
    this.#startIdleTimer();
    this.#establish();
    return this.#maxEarlyData !== undefined;
  }

  #establish(): void {
    const { scenario, random, loop, recorder } = this.#process;
    const connection = this.#connection;
    const route = pickRoute(scenario.tcpProxy, connection.filterState, random);
    this.route = route;
    const cluster = this.#process.cluster(route.cluster);
    if (recorder) {
      connection.event({ kind: "clusterDecision", ...route, found: cluster !== undefined });
    }
    if (!cluster) {
      // At a retry cluster and host of the attempt before stay in the access log.
      this.count("downstream_cx_no_route");
      this.#giveUp("NC", CloseReason.noCluster, `there is no cluster "${route.cluster}"`);
      return;
    }
    connection.cluster = cluster;
    const host = cluster.nextHost();
    if (host === undefined) {
      this.#attempted("noHost", undefined);
      cluster.count("upstream_cx_none_healthy");
      this.#giveUp("UH", CloseReason.noHealthyHost, `the cluster "${route.cluster}" has no host`);
      return;
    }
    connection.connectAttempts++;
    cluster.count("upstream_cx_total");
    this.#process.nextConnectionId++;
    const { settings } = cluster;
    if (settings.connect === "accept") loop.nextTurn(() => this.#connected(host, settings));
    else if (settings.connect === "refuse") loop.nextTurn(() => this.#failed(host, "refused"));
    else {
      const timeout = parseDuration(settings.connectTimeout) ?? 0;
      loop.at(loop.now + timeout, () => this.#failed(host, "timeout"));
    }
  }

  #connected(host: string, { echo, proxyProtocol }: ScenarioCluster): void {
    const connection = this.#connection;
    if (!connection.isOpen) return;
    this.#setHost(host);
    this.#upstream = { echo, finSent: false, finReceived: false };
    const { source, destination } = connection;
    this.#attempted(
      "connected",
      host,
      proxyProtocol && proxyProtocolHeader(proxyProtocol, source, destination),
    );
    this.#touch();
    if (this.#earlyData.length > 0 || this.#earlyFin) {
      this.#sendUpstream(this.#earlyData.drain(), this.#earlyFin);
    }
    // Bytes that waited in the socket come with the next read.
    connection.setReadDisabled(false);
  }

  #failed(host: string, result: "refused" | "timeout"): void {
    const connection = this.#connection;
    if (!connection.isOpen) return;
    this.#setHost(host);
    connection.addFlag("UF");
    // connection_impl.cc, onWriteReady: the kernel's word on a connect that was under way.
    if (result === "refused") {
      connection.upstreamFailure = "delayed connect error: Connection refused";
    }
    this.#attempted(result, host);
    connection.cluster?.count("upstream_cx_connect_fail");
    if (result === "timeout") connection.cluster?.count("upstream_cx_connect_timeout");
    if (connection.connectAttempts < this.#process.scenario.tcpProxy.maxConnectAttempts) {
      // onRetryTimer: the route is picked anew, so filter state written meanwhile counts.
      this.#process.loop.post(() => {
        if (connection.isOpen) this.#establish();
      });
      return;
    }
    connection.cluster?.count("upstream_cx_connect_attempts_exceeded");
    const how = result === "refused" ? "refused the connection" : "did not answer";
    this.#giveUp("URX", CloseReason.connectFailed, `${host} ${how}`);
  }

  #setHost(host: string): void {
    const address = parseAddress(host);
    this.#connection.upstreamHost = host;
    if (address) this.#connection.upstream = { address };
  }

  #attempted(
    result: "connected" | "refused" | "timeout" | "noHost",
    host: string | undefined,
    proxyProtocol?: Uint8Array,
  ): void {
    if (!this.#process.recorder) return;
    this.#connection.event({
      kind: "upstreamConnect",
      cluster: this.#connection.cluster?.name ?? "",
      result,
      ...(host === undefined ? {} : { host }),
      ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    });
  }

  #giveUp(flag: Flag, reason: string, note: string): void {
    this.#connection.addFlag(flag);
    this.#connection.close(PeerType.Local, "envoy", reason, note);
  }

  // --- downstream to upstream ---

  onDownstreamData(data: DataBuffer, endStream: boolean): boolean {
    this.#touch();
    if (this.#upstream) this.#sendUpstream(data.drain(), endStream);
    else if (this.#maxEarlyData !== undefined) {
      this.count("early_data_received_count_total");
      this.#earlyData.append(data.drain());
      this.#earlyFin ||= endStream;
      if (this.#earlyData.length >= this.#maxEarlyData) this.#connection.setReadDisabled(true);
    }
    return false;
  }

  #sendUpstream(bytes: Uint8Array, endStream: boolean): void {
    const upstream = this.#upstream;
    if (!upstream || upstream.finSent) return;
    this.#connection.event({ kind: "forward", to: "upstream", bytes, endStream });
    if (upstream.echo && bytes.length > 0) this.serverSends(bytes);
    if (!endStream) return;
    upstream.finSent = true;
    // The FIN leaves when the loop writes; only then are both directions of the upstream done.
    this.#process.loop.post(() => this.#closeIfUpstreamIsDone());
  }

  // --- what the server does ---

  serverSends(bytes: Uint8Array): void {
    this.#process.loop.post(() => this.#readUpstream(bytes, false));
  }

  serverFin(): void {
    if (!this.#upstream || this.#upstream.finReceived) return;
    this.#connection.firstFin ??= "server";
    this.#process.loop.post(() => this.#readUpstream(new Uint8Array(0), true));
  }

  serverReset(): void {
    this.#process.loop.post(() => {
      if (!this.hasUpstream) return;
      this.#connection.addFlag("UR");
      this.#upstream = undefined;
      const note = "the upstream reset the connection";
      this.#connection.close(PeerType.Local, "server", undefined, note);
    });
  }

  /** onUpstreamData; what a filter stops comes again with the next bytes. */
  #readUpstream(bytes: Uint8Array, fin: boolean): void {
    const upstream = this.#upstream;
    if (!this.#connection.isOpen || !upstream || upstream.finReceived) return;
    this.#touch();
    this.#fromUpstream.append(bytes);
    upstream.finReceived = fin;
    const sent = this.#connection.write(this.#fromUpstream, fin);
    if (!fin) return;
    // FlushWrite: with bytes in the write buffer the close waits until the loop has written them.
    if (sent > 0) this.#process.loop.post(() => this.#closeIfUpstreamIsDone());
    else this.#closeIfUpstreamIsDone();
  }

  /** Both directions of the upstream are done: it closes, and tcp_proxy closes the downstream. */
  #closeIfUpstreamIsDone(): void {
    if (!this.#upstream?.finSent || !this.#upstream.finReceived) return;
    this.#connection.close(PeerType.Local, this.#connection.firstFin ?? "server");
  }

  // --- idle timeout ---

  #startIdleTimer(): void {
    const { idleTimeout } = this.#process.scenario.tcpProxy;
    const override = this.#connection.filterState.get(IDLE_TIMEOUT_KEY)?.object.text;
    const configured = idleTimeout === undefined ? undefined : parseDuration(idleTimeout);
    // An override of 0 arms a timer of 0 ms, a configured 0 none at all.
    this.#idleTimeout = override
      ? Number(new TextDecoder().decode(override)) * 1e6
      : (configured ?? DEFAULT_IDLE_TIMEOUT) || undefined;
    this.#idleInBackground = override === undefined && configured === undefined;
    this.#touch();
    this.#armIdleTimer();
  }

  #armIdleTimer(): void {
    const { loop, lastStepAt } = this.#process;
    if (this.#idleTimeout === undefined) return;
    const due = this.#lastActivity + this.#idleTimeout;
    // Nobody would see it: the run ends before.
    if (this.#idleInBackground && due > lastStepAt) return;
    const check = () => {
      if (!this.#connection.isOpen || this.#idleTimeout === undefined) return;
      if (loop.now < this.#lastActivity + this.#idleTimeout) this.#armIdleTimer();
      else {
        this.count("idle_timeout");
        const note = "no byte for as long as tcp_proxy's idle timeout";
        this.#connection.close(PeerType.Local, "envoy", CloseReason.idle, note);
      }
    };
    loop.at(due, check, this.#idleInBackground);
  }

  #touch(): void {
    this.#lastActivity = this.#process.loop.now;
  }

  onUpstreamData(): boolean {
    return true;
  }

  onClose(): void {
    this.#upstream = undefined;
  }

  release(): void {
    // Nothing is held.
  }
}

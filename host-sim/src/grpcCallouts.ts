/**
 * gRPC calls and streams of a plugin (Envoy context.cc, grpcCall … grpcCancel and the gRPC wrappers;
 * source/common/grpc/async_client_impl.cc).
 */
import { Status } from "./abi.ts";
import { CalloutKind, kindOf } from "./calloutIds.ts";
import type { Called, Callouts } from "./callouts.ts";
import { DataBuffer } from "./dataBuffer.ts";
import { grpcClusterOf, readPlainReply } from "./envoy/grpc.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import { serve, type GrpcEvents, type GrpcRequest } from "./grpcServer.ts";
import type { GrpcCallRequest, Pairs } from "./hostcalls/hostContext.ts";
import {
  httpUpstreamsOf,
  noHealthyUpstream,
  type Exchange,
  type HttpResponse,
  type Serve,
} from "./httpExchange.ts";
import type { Vm } from "./vm.ts";

/** A stream that the guest has not let go of. */
interface GrpcStream {
  /** Undefined: the stream is over, and in Envoy what it was is freed soon. */
  exchange: Exchange | undefined;
  /** What the guest says before the server is there waits. */
  request: GrpcRequest;
  localClosed: boolean;
  remoteClosed: boolean;
}

const utf8Encoder = new TextEncoder();
const text = (value: string) => utf8Encoder.encode(value);
const INTERNAL = 13;
const UNAVAILABLE = 14;
const CUT_OFF = "upstream_reset_after_response_started{remote_reset}";

export class GrpcCallouts {
  readonly #callouts: Callouts;
  readonly #vm: Vm;
  readonly #calls = new Map<number, Exchange>();
  readonly #streams = new Map<number, GrpcStream>();
  /** While a callback of a stream runs. */
  initialMetadata: Pairs | undefined;
  trailingMetadata: Pairs | undefined;
  /** While proxy_on_grpc_receive runs; the guest may edit it. */
  message: DataBuffer | undefined;

  constructor(callouts: Callouts, vm: Vm) {
    this.#callouts = callouts;
    this.#vm = vm;
  }

  call({ service, timeoutMs }: GrpcCallRequest): Called {
    const cluster = this.#clusterOf(service);
    if (cluster === undefined) return { status: Status.ParseFailure };
    const token = this.#vm.calloutIds.next(CalloutKind.GrpcCall);
    const problem = this.#whyNoRequest(cluster);
    if (problem !== undefined) {
      this.#vm.defer(() => this.#onClose(token, UNAVAILABLE, problem));
      return this.#callouts.refused(Status.InternalFailure, problem);
    }
    if (!this.#speaksGrpc(cluster)) this.#callouts.noteSilence(cluster);
    let last: Uint8Array | undefined;
    const serve = this.#server(cluster, {
      onHeaders: () => undefined,
      onMessage: (message) => (last = message),
      onTrailers: (_, status, message) => {
        const exchange = this.#calls.get(token);
        if (!exchange) return;
        exchange.cancel(); // its timeout
        if (status !== 0) this.#onClose(token, status, viaUpstream(message));
        else if (last) this.#onReceive(token, last);
        else this.#onClose(token, INTERNAL, "");
      },
    });
    const onEnd = (outcome: HttpResponse) => {
      if (outcome.local) return this.#onClose(token, UNAVAILABLE, grpcMessage(outcome.local));
      if (this.#speaksGrpc(cluster)) return this.#onClose(token, INTERNAL, CUT_OFF);
      const { status, details } = readPlainReply(outcome);
      this.#onClose(token, status, details);
    };
    const whole =
      serve &&
      ((end: (outcome: HttpResponse) => void) => {
        const request = serve(end);
        request.message();
        request.end();
      });
    this.#calls.set(token, this.#callouts.send(cluster, timeoutMs, onEnd, whole));
    return { status: Status.Ok, token };
  }

  stream({ service }: GrpcCallRequest): Called {
    const cluster = this.#clusterOf(service);
    if (cluster === undefined) return { status: Status.ParseFailure };
    const { process, calloutIds } = this.#vm;
    const token = calloutIds.next(CalloutKind.GrpcStream);
    const problem = this.#whyNoRequest(cluster);
    if (problem !== undefined) {
      // Without a host the stream begins and ends at once; without a cluster it never begins.
      const { local } = noHealthyUpstream;
      if (local && findCluster(process.scenario.clusters, cluster)) {
        this.#onLocalReply(token, local.text);
      }
      this.#vm.defer(() => this.#onClose(token, UNAVAILABLE, problem));
      return this.#callouts.refused(Status.InternalFailure, problem);
    }
    const waiting: ("message" | "end")[] = [];
    const stream: GrpcStream = {
      exchange: undefined,
      request: { message: () => waiting.push("message"), end: () => waiting.push("end") },
      localClosed: false,
      remoteClosed: false,
    };
    this.#streams.set(token, stream);
    const isLive = () => this.#streams.get(token) === stream && !stream.remoteClosed;
    const over = (status: number, message: string) => {
      stream.remoteClosed = true;
      this.#onClose(token, status, message);
      stream.exchange = undefined;
    };
    const serve = this.#server(cluster, {
      onHeaders: (metadata) => isLive() && this.#onInitialMetadata(token, metadata),
      onMessage: (message) => isLive() && this.#onReceive(token, message),
      onTrailers: (metadata, status, message) => {
        if (isLive()) this.#onTrailingMetadata(token, metadata);
        if (isLive()) over(status, viaUpstream(message));
      },
    });
    if (!serve && findCluster(process.scenario.clusters, cluster)?.connect === "accept") {
      httpUpstreamsOf(process).connect(process, { thread: this.#vm.name, cluster });
      this.#vm.notModelled("a gRPC stream to a server that does not speak gRPC is not modelled");
      return { status: Status.Ok, token };
    }
    const onEnd = (outcome: HttpResponse) => {
      if (!isLive()) return;
      if (outcome.local) {
        this.#onLocalReply(token, outcome.local.text);
        over(UNAVAILABLE, grpcMessage(outcome.local));
      } else {
        this.#onTrailingMetadata(token, []);
        if (isLive()) over(INTERNAL, CUT_OFF);
      }
    };
    const connected =
      serve &&
      ((end: (outcome: HttpResponse) => void) => {
        stream.request = serve(end);
        for (const what of waiting) stream.request[what]();
      });
    stream.exchange = this.#callouts.send(cluster, 0, onEnd, connected);
    return { status: Status.Ok, token };
  }

  /** The server of a scenario does not look into the message. */
  send(token: number, endStream: boolean): Status {
    if (kindOf(token) !== CalloutKind.GrpcStream) return Status.BadArgument;
    const stream = this.#find(token);
    if (!stream) return Status.NotFound;
    if (!stream.remoteClosed) {
      stream.request.message();
      if (endStream) stream.request.end();
    }
    return Status.Ok;
  }

  cancel(token: number): Status {
    if (kindOf(token) === CalloutKind.GrpcCall) return this.#cancelCall(token);
    if (kindOf(token) !== CalloutKind.GrpcStream) return Status.BadArgument;
    this.#find(token)?.exchange?.cancel();
    return this.#streams.delete(token) ? Status.Ok : Status.NotFound;
  }

  close(token: number): Status {
    if (kindOf(token) === CalloutKind.GrpcCall) return this.#cancelCall(token);
    if (kindOf(token) !== CalloutKind.GrpcStream) return Status.BadArgument;
    const stream = this.#find(token);
    if (!stream) return Status.NotFound;
    if (stream.remoteClosed) this.#streams.delete(token);
    else {
      stream.localClosed = true;
      stream.request.end();
    }
    return Status.Ok;
  }

  #find(token: number): GrpcStream | undefined {
    const stream = this.#streams.get(token);
    if (stream?.remoteClosed && !stream.exchange) {
      this.#vm.notModelled("the stream is over and was not closed: Envoy uses freed memory");
    }
    return stream;
  }

  #cancelCall(token: number): Status {
    this.#calls.get(token)?.cancel();
    return this.#calls.delete(token) ? Status.Ok : Status.NotFound;
  }

  /** Undefined: it is the name of a cluster that there is not. */
  #clusterOf(service: Uint8Array): string | undefined {
    const { clusters } = this.#vm.process.scenario;
    const named = grpcClusterOf(service);
    if (named === "noTarget") {
      throw new EnvoyDeath(
        "A GrpcService that names no target, such as an empty one, aborts Envoy 1.40: panic: unset oneof.",
      );
    }
    if (named.isMessage || findCluster(clusters, named.cluster)) return named.cluster;
    this.#vm.note(`Envoy has no cluster "${named.cluster}"`);
    return undefined;
  }

  /** Why a request fails before anything is sent. */
  #whyNoRequest(cluster: string): string | undefined {
    const found = findCluster(this.#vm.process.scenario.clusters, cluster);
    if (!found) return "Cluster not available";
    const { local } = noHealthyUpstream;
    if (found.endpoints.length > 0 || !local) return undefined;
    this.#vm.process.shared.count(`cluster.${cluster}.upstream_cx_none_healthy`);
    return grpcMessage(local);
  }

  #speaksGrpc(cluster: string): boolean {
    return Object.hasOwn(this.#vm.process.scenario.grpcReplies ?? {}, cluster);
  }

  /** Undefined: the cluster does not speak gRPC. */
  #server(
    cluster: string,
    events: GrpcEvents,
  ): ((end: Parameters<Serve>[0]) => GrpcRequest) | undefined {
    if (!this.#speaksGrpc(cluster)) return undefined;
    const { process } = this.#vm;
    return (end) => serve(process, cluster, events, end);
  }

  #onInitialMetadata(token: number, metadata: Pairs): void {
    this.initialMetadata = metadata;
    this.#callouts.callback("proxy_on_grpc_receive_initial_metadata", token, metadata.length);
    this.initialMetadata = undefined;
  }

  #onTrailingMetadata(token: number, metadata: Pairs): void {
    this.trailingMetadata = metadata;
    this.#callouts.callback("proxy_on_grpc_receive_trailing_metadata", token, metadata.length);
    this.trailingMetadata = undefined;
  }

  #onReceive(token: number, message: Uint8Array): void {
    this.message = new DataBuffer(message);
    this.#vm.defer(() => {
      this.message = undefined;
      this.#calls.delete(token);
    });
    this.#callouts.callback("proxy_on_grpc_receive", token, message.length);
  }

  /** Envoy turns its own answer into headers without content and these trailers. */
  #onLocalReply(token: number, message: string): void {
    this.#onInitialMetadata(token, []);
    const trailers = {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": String(UNAVAILABLE),
      "grpc-message": message,
    };
    this.#onTrailingMetadata(
      token,
      Object.entries(trailers).map(([key, it]) => [text(key), text(it)]),
    );
  }

  #onClose(token: number, code: number, message: string): void {
    const over = () => {
      this.#calls.delete(token);
      if (this.#streams.get(token)?.localClosed) this.#streams.delete(token);
    };
    if (!this.#vm.guest.has("proxy_on_grpc_close")) return over();
    const callouts = this.#callouts;
    callouts.status = { code, message: text(message) };
    this.#vm.defer(() => {
      callouts.status = { ...callouts.status, message: text("") };
      over();
    });
    callouts.callback("proxy_on_grpc_close", token, code);
  }
}

/** What a gRPC client says of Envoy's own answer. */
function grpcMessage({ text: message, details }: { text: string; details: string }): string {
  return message === "" ? details : `${message}{${details}}`;
}

const viaUpstream = (message: string) => grpcMessage({ text: message, details: "via_upstream" });

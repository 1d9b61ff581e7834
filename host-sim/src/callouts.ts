/**
 * The calls of a plugin to clusters, over HTTP and gRPC (Envoy context.cc, httpCall … grpcCancel).
 * They belong to the root context, whichever context asks for them.
 */
import { Status } from "./abi.ts";
import type { Context } from "./context.ts";
import { grpcClusterOf, grpcStatusOfHttp } from "./envoy/grpc.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import type { GrpcCallRequest, HttpCallRequest, Pairs } from "./hostcalls/hostContext.ts";
import {
  noHealthyUpstream,
  sendRequest,
  type Exchange,
  type HttpOutcome,
  type HttpResponse,
} from "./httpExchange.ts";
import type { Vm } from "./vm.ts";

type Called =
  | { readonly status: typeof Status.Ok; readonly token: number }
  | { readonly status: Exclude<Status, 0>; readonly token?: undefined };

/** An open gRPC stream. */
interface GrpcStream {
  exchange: Exchange | undefined;
  localClosed: boolean;
  remoteClosed: boolean;
}

const utf8 = new TextDecoder();
const utf8Encoder = new TextEncoder();
const text = (value: string) => utf8Encoder.encode(value);
const STEP = 4;
const UNAVAILABLE = 14;
/** Low bits of a callout id: 0 HTTP, 1 gRPC call, 2 gRPC stream (proxy-wasm-cpp-host wasm.h). */
const kindOf = (token: number) => token & (STEP - 1);
const GRPC_CALL = 1;
const GRPC_STREAM = 2;

/** The next ids of a VM: 4, 8, … for HTTP, 5, 9, … for gRPC calls, 6, 10, … for streams. */
export class CalloutIds {
  readonly #last: [number, number, number] = [0, GRPC_CALL, GRPC_STREAM];

  next(kind: 0 | 1 | 2): number {
    return (this.#last[kind] += STEP);
  }
}

export class Callouts {
  readonly #root: Context;
  readonly #vm: Vm;
  readonly #http = new Set<number>();
  readonly #calls = new Map<number, Exchange>();
  readonly #streams = new Map<number, GrpcStream>();
  /** What proxy_get_status answers. */
  status: { readonly code: number; readonly message: Uint8Array } = { code: 0, message: text("") };
  /** While proxy_on_http_call_response runs. */
  response: HttpResponse | undefined;
  /** While a callback of a gRPC stream runs. */
  initialMetadata: Pairs | undefined;
  trailingMetadata: Pairs | undefined;

  constructor(root: Context) {
    this.#root = root;
    this.#vm = root.vm;
  }

  httpCall({ cluster, headers, timeoutMs }: HttpCallRequest): Called {
    const { process, calloutIds } = this.#vm;
    if (timeoutMs < 0) return this.#refused(Status.BadArgument, "the timeout is negative");
    const found = findCluster(process.scenario.clusters, cluster);
    if (!found) return this.#refused(Status.BadArgument, `Envoy has no cluster "${cluster}"`);
    const names = new Set(headers.map(([header]) => utf8.decode(header).toLowerCase()));
    for (const header of [":path", ":method", ":authority"]) {
      if (!names.has(header))
        return this.#refused(Status.BadArgument, `the header ${header} is missing`);
    }
    const token = calloutIds.next(0);
    if (found.endpoints.length === 0) {
      process.shared.count(`cluster.${cluster}.upstream_cx_none_healthy`);
      return this.#refused(Status.InternalFailure, `the cluster "${cluster}" has no host`);
    }
    this.#noteSilence(cluster);
    this.#http.add(token);
    this.#send(cluster, timeoutMs, (outcome) => this.#onHttp(token, outcome));
    return { status: Status.Ok, token };
  }

  #onHttp(token: number, outcome: HttpOutcome): void {
    const over = () => this.#http.delete(token);
    if (outcome === "reset") {
      this.status = { code: Status.BrokenConnection, message: text("reset") };
      this.#vm.defer(() => {
        this.status = { ...this.status, message: text("") };
        over();
      });
      this.#callback("proxy_on_http_call_response", token, 0, 0, 0);
      return;
    }
    this.response = outcome;
    this.#vm.defer(() => {
      this.response = undefined;
      over();
    });
    const { headers, body, trailers } = outcome;
    const sizes = [headers.length, body.length, trailers?.length ?? 0];
    this.#callback("proxy_on_http_call_response", token, ...sizes);
  }

  grpcCall({ service, timeoutMs }: GrpcCallRequest): Called {
    const cluster = this.#grpcCluster(service);
    if (cluster === undefined) return { status: Status.ParseFailure };
    const token = this.#vm.calloutIds.next(GRPC_CALL);
    const problem = this.#whyNoRequest(cluster);
    if (problem !== undefined) {
      this.#vm.defer(() => this.#onGrpcClose(token, UNAVAILABLE, problem));
      return this.#refused(Status.InternalFailure, problem);
    }
    this.#noteSilence(cluster);
    this.#calls.set(
      token,
      this.#send(cluster, timeoutMs, (outcome) => this.#onGrpcAnswer(token, outcome)),
    );
    return { status: Status.Ok, token };
  }

  grpcStream({ service }: GrpcCallRequest): Called {
    const cluster = this.#grpcCluster(service);
    if (cluster === undefined) return { status: Status.ParseFailure };
    const { process, calloutIds } = this.#vm;
    const token = calloutIds.next(GRPC_STREAM);
    const problem = this.#whyNoRequest(cluster);
    if (problem !== undefined) {
      // Without a host the stream begins and ends at once; without a cluster it never begins.
      const { local } = noHealthyUpstream;
      if (local && findCluster(process.scenario.clusters, cluster)) {
        this.#onStreamEnd(token, local.text);
      }
      this.#vm.defer(() => this.#onGrpcClose(token, UNAVAILABLE, problem));
      return this.#refused(Status.InternalFailure, problem);
    }
    const stream: GrpcStream = { exchange: undefined, localClosed: false, remoteClosed: false };
    this.#streams.set(token, stream);
    if (findCluster(process.scenario.clusters, cluster)?.connect === "accept") {
      process.httpUpstreams.connect(process, { thread: this.#vm.name, cluster });
      this.#vm.notModelled("what a server answers on a gRPC stream is not modelled");
    } else {
      stream.exchange = this.#send(cluster, 0, (outcome) => {
        if (outcome === "reset" || !outcome.local) return;
        this.#onStreamEnd(token, outcome.local.text);
        stream.remoteClosed = true;
        stream.exchange = undefined;
        this.#onGrpcClose(token, UNAVAILABLE, grpcMessage(outcome.local));
      });
    }
    return { status: Status.Ok, token };
  }

  /** The message itself goes nowhere: no server of a scenario reads gRPC. */
  grpcSend(token: number): Status {
    if (kindOf(token) !== GRPC_STREAM) return Status.BadArgument;
    return this.#streams.has(token) ? Status.Ok : Status.NotFound;
  }

  grpcCancel(token: number): Status {
    if (kindOf(token) === GRPC_CALL) return this.#cancelCall(token);
    if (kindOf(token) !== GRPC_STREAM) return Status.BadArgument;
    this.#streams.get(token)?.exchange?.cancel();
    return this.#streams.delete(token) ? Status.Ok : Status.NotFound;
  }

  grpcClose(token: number): Status {
    if (kindOf(token) === GRPC_CALL) return this.#cancelCall(token);
    if (kindOf(token) !== GRPC_STREAM) return Status.BadArgument;
    const stream = this.#streams.get(token);
    if (!stream) return Status.NotFound;
    if (stream.remoteClosed) this.#streams.delete(token);
    else stream.localClosed = true;
    return Status.Ok;
  }

  #cancelCall(token: number): Status {
    this.#calls.get(token)?.cancel();
    return this.#calls.delete(token) ? Status.Ok : Status.NotFound;
  }

  /** Undefined: it is the name of a cluster that there is not. */
  #grpcCluster(service: Uint8Array): string | undefined {
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

  #send(cluster: string, timeoutMs: number, onEnd: (outcome: HttpOutcome) => void): Exchange {
    const { process, name } = this.#vm;
    // The canary is gone before anything can come back.
    if (name === "canary") return { cancel: () => undefined };
    return sendRequest(process, { thread: name, cluster }, timeoutMs * 1e6, onEnd);
  }

  /** The answer to a single call by someone who does not speak gRPC. */
  #onGrpcAnswer(token: number, outcome: HttpOutcome): void {
    if (outcome === "reset") return this.#onGrpcClose(token, UNAVAILABLE, "");
    if (outcome.local) return this.#onGrpcClose(token, UNAVAILABLE, grpcMessage(outcome.local));
    const status = Number(utf8.decode(outcome.headers[0]?.[1]));
    this.#onGrpcClose(token, grpcStatusOfHttp(status), "via_upstream");
  }

  /** Envoy turns its own answer into headers without content and these trailers. */
  #onStreamEnd(token: number, message: string): void {
    this.initialMetadata = [];
    this.#callback("proxy_on_grpc_receive_initial_metadata", token, 0);
    this.initialMetadata = undefined;
    const trailers = {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": String(UNAVAILABLE),
      "grpc-message": message,
    };
    this.trailingMetadata = Object.entries(trailers).map(([key, it]) => [text(key), text(it)]);
    const size = this.trailingMetadata.length;
    this.#callback("proxy_on_grpc_receive_trailing_metadata", token, size);
    this.trailingMetadata = undefined;
  }

  #onGrpcClose(token: number, code: number, message: string): void {
    const over = () => {
      this.#calls.delete(token);
      if (this.#streams.get(token)?.localClosed) this.#streams.delete(token);
    };
    if (!this.#vm.guest.has("proxy_on_grpc_close")) return over();
    this.status = { code, message: text(message) };
    this.#vm.defer(() => {
      this.status = { ...this.status, message: text("") };
      over();
    });
    this.#callback("proxy_on_grpc_close", token, code);
  }

  #callback(name: string, ...args: readonly number[]): void {
    this.#vm.callRoot(this.#root, name, ...args);
    // What waits for the end of the callback happens without one as well.
    this.#vm.runDeferred();
  }

  #noteSilence(cluster: string): void {
    const { clusters, httpReplies = {} } = this.#vm.process.scenario;
    if (findCluster(clusters, cluster)?.connect !== "accept") return;
    if (Object.hasOwn(httpReplies, cluster)) return;
    this.#vm.note(`the scenario has no httpReplies for "${cluster}": nobody answers`);
  }

  #refused(status: Exclude<Status, 0>, why: string): Called {
    this.#vm.note(why);
    return { status };
  }
}

/** What a gRPC client says of Envoy's own answer. */
function grpcMessage({ text: message, details }: { text: string; details: string }): string {
  return `${message}{${details}}`;
}

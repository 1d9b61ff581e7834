/**
 * The calls of a plugin to clusters, over HTTP and gRPC (Envoy context.cc, httpCall … grpcCancel).
 * They belong to the root context, whichever context asks for them.
 */
import { Status } from "./abi.ts";
import { CalloutKind } from "./calloutIds.ts";
import type { Context } from "./context.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import { GrpcCallouts } from "./grpcCallouts.ts";
import type { HttpCallRequest } from "./hostcalls/hostContext.ts";
import { sendRequest, type Exchange, type HttpResponse, type Serve } from "./httpExchange.ts";
import type { Vm } from "./vm.ts";

export type Called =
  | { readonly status: typeof Status.Ok; readonly token: number }
  | { readonly status: Exclude<Status, 0>; readonly token?: undefined };

const utf8 = new TextDecoder();
const utf8Encoder = new TextEncoder();
const text = (value: string) => utf8Encoder.encode(value);

export class Callouts {
  readonly #root: Context;
  readonly #vm: Vm;
  readonly #http = new Set<number>();
  readonly grpc: GrpcCallouts;
  /** What proxy_get_status answers. */
  status: { readonly code: number; readonly message: Uint8Array } = { code: 0, message: text("") };
  /** While proxy_on_http_call_response runs. */
  response: HttpResponse | undefined;

  constructor(root: Context) {
    this.#root = root;
    this.#vm = root.vm;
    this.grpc = new GrpcCallouts(this, root.vm);
  }

  httpCall({ cluster, headers, timeoutMs }: HttpCallRequest): Called {
    const { process, calloutIds } = this.#vm;
    if (timeoutMs < 0) return this.refused(Status.BadArgument, "the timeout is negative");
    const found = findCluster(process.scenario.clusters, cluster);
    if (!found) return this.refused(Status.BadArgument, `Envoy has no cluster "${cluster}"`);
    const names = new Set(headers.map(([header]) => utf8.decode(header).toLowerCase()));
    for (const header of [":path", ":method", ":authority"]) {
      if (!names.has(header))
        return this.refused(Status.BadArgument, `the header ${header} is missing`);
    }
    const token = calloutIds.next(CalloutKind.Http);
    if (found.endpoints.length === 0) {
      process.shared.count(`cluster.${cluster}.upstream_cx_none_healthy`);
      return this.refused(Status.InternalFailure, `the cluster "${cluster}" has no host`);
    }
    this.noteSilence(cluster);
    this.#http.add(token);
    this.send(cluster, timeoutMs, (outcome) => this.#onHttp(token, outcome));
    return { status: Status.Ok, token };
  }

  #onHttp(token: number, outcome: HttpResponse): void {
    const over = () => this.#http.delete(token);
    if (outcome.isCutOff) {
      this.status = { code: Status.BrokenConnection, message: text("reset") };
      this.#vm.defer(() => {
        this.status = { ...this.status, message: text("") };
        over();
      });
      this.callback("proxy_on_http_call_response", token, 0, 0, 0);
      return;
    }
    this.response = outcome;
    this.#vm.defer(() => {
      this.response = undefined;
      over();
    });
    const { headers, body, trailers } = outcome;
    const sizes = [headers.length, body.length, trailers?.length ?? 0];
    this.callback("proxy_on_http_call_response", token, ...sizes);
  }

  /** A request to a cluster that has a host, or none if it could never come back. */
  send(
    cluster: string,
    timeoutMs: number,
    onEnd: (outcome: HttpResponse) => void,
    serve?: Serve,
  ): Exchange {
    const { process, name } = this.#vm;
    // The canary is gone before anything can come back.
    if (name === "canary") return { cancel: () => undefined };
    return sendRequest(process, { thread: name, cluster }, timeoutMs * 1e6, onEnd, serve);
  }

  callback(name: string, ...args: readonly number[]): void {
    this.#vm.callRoot(this.#root, name, ...args);
    // What waits for the end of the callback happens without one as well.
    this.#vm.runDeferred();
  }

  noteSilence(cluster: string): void {
    const { clusters, httpReplies = {}, grpcReplies = {} } = this.#vm.process.scenario;
    if (findCluster(clusters, cluster)?.connect !== "accept") return;
    if (Object.hasOwn(httpReplies, cluster)) return;
    if (Object.hasOwn(grpcReplies, cluster)) {
      return this.#vm.notModelled(
        `what gRPC servers such as "${cluster}" say to HTTP is not modelled`,
      );
    }
    this.#vm.note(`the scenario has no httpReplies for "${cluster}": nobody answers`);
  }

  refused(status: Exclude<Status, 0>, why: string): Called {
    this.#vm.note(why);
    return { status };
  }
}

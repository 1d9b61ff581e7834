/**
 * One request of Envoy's async HTTP client to a cluster, and what comes of it
 * (Envoy source/common/http/async_client_impl.cc, source/common/router/router.cc).
 */
import { encodeBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import type { Pairs } from "./hostcalls/hostContext.ts";
import type { Process } from "./process.ts";
import type { ScenarioHttpReply } from "./scenario.ts";
import type { VmName } from "./trace.ts";

export interface HttpResponse {
  readonly headers: Pairs;
  readonly body: Uint8Array;
  /** Undefined: there is no map of trailers. */
  readonly trailers: Pairs | undefined;
  /** Set when Envoy itself answers, since the cluster did not. */
  readonly local?: LocalReply;
  /** The stream was reset after the headers, and after as much of the body as there is. */
  readonly isCutOff?: true;
}

interface LocalReply {
  readonly text: string;
  /** `%RESPONSE_CODE_DETAILS%`; a gRPC client puts it behind the text. */
  readonly details: string;
}

export interface Exchange {
  readonly cancel: () => void;
}

/** The HTTP side of the scenario's clusters: whose turn it is to be sent, and the connections. */
class HttpUpstreams {
  readonly #used = new Map<string, number>();
  /** Connections that wait for a next request, by pool. */
  readonly #idle = new Map<string, number>();

  /** Takes a connection of the pool, or makes one; answers whether it is new. */
  connect(process: Process, pool: Pool): boolean {
    const idle = this.#idle.get(keyOf(pool)) ?? 0;
    if (idle > 0) {
      this.#idle.set(keyOf(pool), idle - 1);
      return false;
    }
    process.nextConnectionId++;
    process.shared.count(`cluster.${pool.cluster}.upstream_cx_total`);
    // One connection of HTTP/2 serves any number of requests.
    if (speaksHttp2(process, pool)) this.#idle.set(keyOf(pool), Infinity);
    return true;
  }

  release(pool: Pool): void {
    this.#idle.set(keyOf(pool), (this.#idle.get(keyOf(pool)) ?? 0) + 1);
  }

  /** The connections of the pool are gone. */
  forget(pool: Pool): void {
    this.#idle.delete(keyOf(pool));
  }

  /** Each request takes the next reply of its cluster, the last one stays. Undefined: none at all. */
  take<Reply>(
    byCluster: Readonly<Record<string, readonly Reply[]>> | undefined,
    cluster: string,
  ): Reply | undefined {
    const replies = byCluster && Object.hasOwn(byCluster, cluster) ? byCluster[cluster] : undefined;
    const next = this.#used.get(cluster) ?? 0;
    this.#used.set(cluster, next + 1);
    return replies?.[Math.min(next, replies.length - 1)];
  }
}

const upstreams = new WeakMap<Process, HttpUpstreams>();

/** Those of a process, made when it first calls one. */
export function httpUpstreamsOf(process: Process): HttpUpstreams {
  let found = upstreams.get(process);
  if (!found) upstreams.set(process, (found = new HttpUpstreams()));
  return found;
}

/** Each thread of Envoy has its own connections to a cluster. */
export interface Pool {
  readonly thread: VmName;
  readonly cluster: string;
}

const speaksHttp2 = ({ scenario }: Process, { cluster }: Pool) =>
  Object.hasOwn(scenario.grpcReplies ?? {}, cluster);
const keyOf = ({ thread, cluster }: Pool) => `${thread} ${cluster}`;
const utf8 = new TextEncoder();
const pair = (name: string, value: string) => [utf8.encode(name), utf8.encode(value)] as const;
const beforeHeaders = "upstream connect error or disconnect/reset before headers. reset reason: ";
const notStarted = (reason: string) => `upstream_reset_before_response_started{${reason}}`;

function localReply(status: number, text: string, details: string): HttpResponse {
  const headers = [
    pair(":status", String(status)),
    pair("content-length", String(text.length)),
    pair("content-type", "text/plain"),
  ];
  return { headers, body: utf8.encode(text), trailers: undefined, local: { text, details } };
}

export const noHealthyUpstream = localReply(503, "no healthy upstream", "no_healthy_upstream");
const refused = localReply(
  503,
  `${beforeHeaders}remote connection failure`,
  notStarted("remote_connection_failure|delayed_connect_error:_Connection_refused"),
);
const connectTimeout = localReply(
  503,
  `${beforeHeaders}connection timeout`,
  notStarted("connection_timeout"),
);
const terminated = localReply(
  503,
  `${beforeHeaders}connection termination`,
  notStarted("connection_termination"),
);
export const remoteReset = localReply(
  503,
  `${beforeHeaders}remote reset`,
  notStarted("remote_reset"),
);
const timedOut = localReply(504, "upstream request timeout", "response_timeout");

/** Answers a request that has arrived. `end` is for what comes as a whole, or fails. */
export type Serve = (end: (outcome: HttpResponse) => void) => void;

/**
 * Sends a request to a cluster that has a host. `onEnd` is called later, once, unless it is
 * cancelled before or nothing ever comes back.
 *
 * @param timeout nanoseconds; 0: none
 */
export function sendRequest(
  process: Process,
  pool: Pool,
  timeout: number,
  onEnd: (outcome: HttpResponse) => void,
  serve: Serve = (end) => {
    const reply = httpUpstreamsOf(process).take(process.scenario.httpReplies, pool.cluster);
    if (reply) answer(process, pool, reply, end);
  },
): Exchange {
  const { loop, scenario, shared } = process;
  const httpUpstreams = httpUpstreamsOf(process);
  const { cluster } = pool;
  let isOver = false;
  const end = (outcome: HttpResponse) => {
    if (isOver) return;
    isOver = true;
    onEnd(outcome);
  };
  const failed = (how: string) => shared.count(`cluster.${cluster}.upstream_cx_connect_${how}`);
  const isNew = httpUpstreams.connect(process, pool);
  if (timeout > 0) loop.at(loop.now + timeout, () => end(timedOut));
  const found = findCluster(scenario.clusters, cluster);
  if (found?.connect === "refuse") {
    const refuse = () => {
      httpUpstreams.forget(pool);
      if (isNew) failed("fail");
      end(refused);
    };
    loop.nextTurn(refuse);
  } else if (found?.connect === "timeout") {
    const due = loop.now + (parseDuration(found.connectTimeout) ?? 0);
    loop.at(due, () => {
      httpUpstreams.forget(pool);
      if (isNew) failed("fail");
      if (isNew) failed("timeout");
      end(connectTimeout);
    });
  } else {
    // First the connection, then the answer.
    loop.nextTurn(() => {
      if (!isOver) serve(end);
    });
  }
  return { cancel: () => (isOver = true) };
}

function answer(
  process: Process,
  pool: Pool,
  reply: ScenarioHttpReply,
  end: (outcome: HttpResponse) => void,
): void {
  const { loop } = process;
  const after = parseDuration(reply.after) ?? 0;
  const deliver = () => {
    if (reply.failure === "reset") end(terminated);
    else if (reply.failure === "cutOff") end({ ...readReply(reply, after), isCutOff: true });
    else {
      end(readReply(reply, after));
      // Envoy gives the connection back to its pool behind the callback (ResponseDecoderWrapper).
      httpUpstreamsOf(process).release(pool);
    }
  };
  if (reply.failure === "silence") return;
  if (after > 0) loop.at(loop.now + after, deliver);
  else loop.arrive(deliver);
}

/** The response as HTTP/1.1 and Envoy's router leave it. `took` is in nanoseconds. */
function readReply(reply: ScenarioHttpReply, took: number): HttpResponse {
  const hasBody = reply.status !== 204 && reply.status !== 304;
  const body = hasBody ? encodeBytes(reply.body) : new Uint8Array(0);
  const lines = ({ name, value }: { readonly name: string; readonly value: string }) =>
    pair(name.toLowerCase(), value.trim());
  const hasTrailers = hasBody && reply.trailers.length > 0;
  const framing = hasTrailers
    ? [pair("transfer-encoding", "chunked")]
    : reply.status !== 204
      ? [pair("content-length", String(body.length))]
      : [];
  return {
    headers: [
      pair(":status", String(reply.status)),
      ...reply.headers.map(lines),
      ...framing,
      pair("x-envoy-upstream-service-time", String(Math.floor(took / 1e6))),
    ],
    body,
    trailers: hasTrailers ? reply.trailers.map(lines) : undefined,
  };
}

/** What the servers of a scenario answer over gRPC. */
import { encodeBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import type { Pairs } from "./hostcalls/hostContext.ts";
import { httpUpstreamsOf, remoteReset, type HttpResponse } from "./httpExchange.ts";
import type { Process } from "./process.ts";
import type { ScenarioGrpcReply } from "./scenario.ts";

/** What the client sees. */
export interface GrpcEvents {
  readonly onHeaders: (metadata: Pairs) => unknown;
  readonly onMessage: (message: Uint8Array) => unknown;
  readonly onTrailers: (metadata: Pairs, status: number, message: string) => unknown;
}

/** What the client does after its headers. */
export interface GrpcRequest {
  message(): unknown;
  end(): unknown;
}

const utf8 = new TextEncoder();
const pairs = (
  entries: Readonly<Record<string, string>>,
  more: ScenarioGrpcReply["initialMetadata"],
): Pairs =>
  [
    ...Object.entries(entries),
    ...more.map(({ name, value }) => [name.toLowerCase(), value.trim()] as const),
  ].map(([name, value]) => [utf8.encode(name), utf8.encode(value)]);

const headers = { ":status": "200", "content-type": "application/grpc" };
const cutOff = {
  headers: [],
  body: new Uint8Array(0),
  trailers: undefined,
  isCutOff: true,
} as const;
const UPSTREAM_TIME = "x-envoy-upstream-service-time";

/** Answers a request that has arrived with the cluster's next reply; `end` is for what is no reply. */
export function serve(
  process: Process,
  cluster: string,
  events: GrpcEvents,
  end: (outcome: HttpResponse) => void,
): GrpcRequest {
  const { loop, scenario } = process;
  const reply = httpUpstreamsOf(process).take(scenario.grpcReplies, cluster);
  if (!reply || reply.failure === "silence")
    return { message: () => undefined, end: () => undefined };
  const { when, failure, grpcStatus, grpcMessage, trailersOnly } = reply;
  const after = parseDuration(reply.after) ?? 0;
  const status = {
    "grpc-status": String(grpcStatus),
    ...(grpcMessage !== "" && { "grpc-message": grpcMessage }),
  };
  // Envoy's router adds it if the request is over by then.
  const time = () =>
    requestOver ? [{ name: UPSTREAM_TIME, value: String(Math.floor(after / 1e6)) }] : [];
  let begun = false;
  let asked = 0;
  let sent = 0;
  let requestOver = false;
  let over = false;

  const sendMessages = () => {
    const due =
      when === "eachMessage" ? Math.min(asked, reply.messages.length) : reply.messages.length;
    for (; sent < due; sent++) events.onMessage(encodeBytes(reply.messages[sent] ?? ""));
    if (over || (when === "eachMessage" && !requestOver)) return;
    over = true;
    loop.arrive(() => {
      if (failure === "cutOff") end(cutOff);
      else events.onTrailers(pairs(status, reply.trailingMetadata), grpcStatus, grpcMessage);
    });
  };
  const begin = () => {
    begun = true;
    if (failure === "reset") {
      end(remoteReset);
      return;
    }
    if (trailersOnly) {
      events.onHeaders([]);
      const all = pairs({ ...headers, ...status }, [...reply.trailingMetadata, ...time()]);
      events.onTrailers(all, grpcStatus, grpcMessage);
      return;
    }
    events.onHeaders(pairs(headers, [...reply.initialMetadata, ...time()]));
    sendMessages();
  };
  const trigger = () => (after > 0 ? loop.at(loop.now + after, begin) : loop.arrive(begin));
  const goOn = () => {
    if (begun && !trailersOnly && failure !== "reset") sendMessages();
  };
  if (when !== "end") trigger();
  return {
    message: () => {
      asked++;
      if (when === "eachMessage") loop.arrive(goOn);
    },
    end: () => {
      if (requestOver) return;
      requestOver = true;
      if (when === "end") trigger();
      else if (when === "eachMessage") loop.arrive(goOn);
    },
  };
}

/** The backends' side of `proxy_http_call`: reads HTTP/1.1 requests and sends what a scenario says. */
import type { Socket } from "node:net";
import { encodeBytes } from "../src/bytes.ts";
import { parseDuration } from "../src/duration.ts";
import type { ScenarioHttpReply } from "../src/scenario.ts";

/** Serves a connection. */
export type HttpServer = (socket: Socket) => void;

/** What a server tells of, and asks for. */
export interface Surroundings {
  /** Called for everything that happens to the server. */
  readonly onActivity: () => void;
  /**
   * Calls back when Envoy has handled all that came before. An answer waits for that: on a busy
   * machine it would overtake the end of a connect that was begun before the call.
   */
  readonly afterEvents: (then: () => void) => void;
}

/** Each request takes the next of the cluster's replies, the last one stays. */
export function createHttpServer(
  replies: readonly ScenarioHttpReply[],
  { onActivity, afterEvents }: Surroundings,
): HttpServer {
  let next = 0;
  const answer = (socket: Socket): void => {
    const reply = replies[Math.min(next++, replies.length - 1)];
    if (!reply) return;
    const after = parseDuration(reply.after) ?? 0;
    if (after > 0) setTimeout(() => send(socket, reply), after / 1e6);
    else afterEvents(() => send(socket, reply));
  };
  const send = (socket: Socket, reply: ScenarioHttpReply): void => {
    onActivity();
    switch (reply.failure) {
      case undefined:
        socket.write(replyBytes(reply));
        break;
      case "reset":
        socket.resetAndDestroy();
        break;
      case "cutOff":
        // Promises a byte more than it sends.
        socket.write(replyBytes(reply, 1));
        socket.end();
        break;
      case "silence":
        break;
    }
  };
  return (socket) => {
    let pending = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      onActivity();
      pending = Buffer.concat([pending, bytes]);
      for (let end = requestEnd(pending); end !== undefined; end = requestEnd(pending)) {
        pending = pending.subarray(end);
        answer(socket);
      }
    });
    socket.on("end", () => socket.end());
  };
}

/** Where the first request ends; undefined while it has not wholly come. */
export function requestEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const headers = bytes.toString("latin1", 0, head).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(headers)?.[1];
  const body = head + 4;
  if (length !== undefined) {
    const end = body + Number(length);
    return bytes.length >= end ? end : undefined;
  }
  if (!/\r\ntransfer-encoding: *chunked/.test(headers)) return body;
  const last = bytes.indexOf("0\r\n", body);
  const end = last < 0 ? -1 : bytes.indexOf("\r\n\r\n", last);
  return end < 0 ? undefined : end + 4;
}

/** An HTTP/1.1 response; with trailers in chunks, else with a content-length unless it has its own. */
export function replyBytes(reply: ScenarioHttpReply, missing = 0): Buffer {
  const { status, headers, trailers } = reply;
  const body = Buffer.from(encodeBytes(reply.body));
  const line = ({ name, value }: { readonly name: string; readonly value: string }): string =>
    `${name}: ${value}\r\n`;
  const isChunked = trailers.length > 0;
  const hasLength = headers.some(({ name }) => name.toLowerCase() === "content-length");
  const framing = isChunked
    ? "transfer-encoding: chunked\r\n"
    : hasLength
      ? ""
      : `content-length: ${body.length + missing}\r\n`;
  const head = `HTTP/1.1 ${status} Reply\r\n${headers.map(line).join("")}${framing}\r\n`;
  const chunk = body.length > 0 ? [`${body.length.toString(16)}\r\n`, body, "\r\n"] : [];
  const parts = isChunked ? [...chunk, `0\r\n${trailers.map(line).join("")}\r\n`] : [body];
  return Buffer.concat([Buffer.from(head), ...parts.map((it) => Buffer.from(it))]);
}

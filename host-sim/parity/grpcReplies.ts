/** The backends' side of gRPC calls: an HTTP/2 server that answers as a scenario says. */
import { constants, createServer, type ServerHttp2Stream } from "node:http2";
import { encodeBytes } from "../src/bytes.ts";
import { parseDuration } from "../src/duration.ts";
import type { ScenarioGrpcReply } from "../src/scenario.ts";
import type { HttpServer, Surroundings } from "./httpReplies.ts";

const FRAME_HEADER = 5;
/** Known to Node; its types leave it out. */
const withoutDate = { sendDate: false };

/** Each request takes the next of the cluster's replies, the last one stays. */
export function createGrpcServer(
  replies: readonly ScenarioGrpcReply[],
  surroundings: Surroundings,
): HttpServer {
  const { onActivity } = surroundings;
  let next = 0;
  const server = createServer();
  server.on("stream", (stream) => {
    onActivity();
    for (const event of ["data", "end", "error", "close"]) stream.on(event, onActivity);
    const reply = replies[Math.min(next++, replies.length - 1)];
    if (reply && reply.failure !== "silence") answer(stream, reply, surroundings);
  });
  return (socket) => server.emit("connection", socket);
}

function answer(
  stream: ServerHttp2Stream,
  reply: ScenarioGrpcReply,
  { onActivity, afterEvents }: Surroundings,
): void {
  const { when } = reply;
  let begun = false;
  let asked = 0;
  let sent = 0;
  let requestOver = false;
  const goOn = (): void => {
    if (!begun || stream.destroyed) return;
    onActivity();
    const due = when === "eachMessage" ? Math.min(asked, reply.messages.length) : undefined;
    for (const message of reply.messages.slice(sent, due)) {
      stream.write(frameOf(encodeBytes(message)));
      sent++;
    }
    if (when === "eachMessage" && !requestOver) return;
    if (reply.failure === "cutOff") {
      // Behind what was written.
      setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 20);
    } else stream.end();
  };
  const begin = (): void => {
    if (stream.destroyed) return;
    begun = true;
    const headers = { ":status": 200, "content-type": "application/grpc" };
    const status = {
      "grpc-status": String(reply.grpcStatus),
      ...(reply.grpcMessage === "" ? {} : { "grpc-message": reply.grpcMessage }),
      ...namesAndValues(reply.trailingMetadata),
    };
    if (reply.failure === "reset") stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else if (reply.trailersOnly) {
      stream.respond({ ...headers, ...status }, { ...withoutDate, endStream: true });
    } else {
      const all = { ...headers, ...namesAndValues(reply.initialMetadata) };
      stream.respond(all, { ...withoutDate, waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(status));
      goOn();
    }
  };
  const trigger = (): void => {
    const after = parseDuration(reply.after) ?? 0;
    if (after > 0) setTimeout(begin, after / 1e6);
    else afterEvents(begin);
  };
  let pending = Buffer.alloc(0);
  stream.on("data", (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= FRAME_HEADER) {
      const end = FRAME_HEADER + pending.readUInt32BE(1);
      if (pending.length < end) break;
      pending = pending.subarray(end);
      asked++;
    }
    if (when === "eachMessage") afterEvents(goOn);
  });
  stream.on("end", () => {
    requestOver = true;
    if (when === "end") trigger();
    else if (when === "eachMessage") afterEvents(goOn);
  });
  if (when !== "end") trigger();
}

/** Values of one name in their order. */
function namesAndValues(
  entries: ScenarioGrpcReply["initialMetadata"],
): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name, value } of entries) (all[name.toLowerCase()] ??= []).push(value);
  return all;
}

function frameOf(message: Uint8Array): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

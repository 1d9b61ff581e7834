/** Calls and streams to a server that does speak gRPC. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { from, type ParityCase, probe, scenario } from "./case.ts";

type Replies = NonNullable<ScenarioDocument["grpcReplies"]>[string];

export async function grpcReplyCases(): Promise<readonly ParityCase[]> {
  const wasm = await probe("grpcReplies");
  const call = (name: string, configuration: string, ...replies: Replies): ParityCase => ({
    name: `gRPC reply: ${name}`,
    wasm,
    scenario: scenario({
      plugin: { configuration },
      clusters: {
        c1: { endpoints: ["10.1.0.1:8080"] },
        grpc: {
          endpoints: ["10.1.0.9:80"],
          ...(name.includes("refused") && { connect: "refuse" }),
        },
      },
      grpcReplies: { grpc: replies },
      connections: [
        // After the latest reply, on a busy machine as well.
        from("10.0.0.42:51324", { after: "200ms", downstream: "hello" }, { close: "client" }),
      ],
    }),
  });
  const metadata = [
    { name: "X-One", value: "1" },
    { name: "x-two", value: "" },
  ];
  const full = {
    initialMetadata: metadata,
    messages: ["first", "second"],
    trailingMetadata: [{ name: "x-last", value: "t" }],
  };
  const problem = { grpcStatus: 5, grpcMessage: "not found: 100%25" };
  return [
    call("call", "c", { messages: ["reply"] }),
    call("call with metadata", "c", full),
    call("call, empty message", "c", { messages: [""] }),
    call("call, no message", "c", {}),
    call("call, status", "c", { ...full, ...problem }),
    call("call, trailers only", "c", { ...problem, trailersOnly: true }),
    call("call, trailers only with status 0", "c", { trailersOnly: true }),
    call("call, reset", "c", { failure: "reset" }),
    call("call, cut off", "c", { ...full, failure: "cutOff" }),
    call("call, later", "c", { after: "30ms", messages: ["reply"] }),
    call("call, timeout", "t", { failure: "silence" }),
    call("call, answered in time", "t", { messages: ["reply"] }),
    call("call, cancelled", "cq", { after: "30ms", messages: ["reply"] }),
    call("call, refused", "c", { messages: ["reply"] }),
    call("two calls, refused", "cc", { messages: ["reply"] }),
    call(
      "three calls",
      "ccc",
      { messages: ["1"] },
      { messages: ["2"], ...problem },
      { messages: ["3"] },
    ),
    call("stream that begins at once", "0s", { ...full, when: "start" }),
    call("stream with a message", "sm", { ...full, when: "start" }),
    call("stream that waits for its end", "smo", full),
    call("stream that nobody ends", "sm", full),
    call("stream with a last message", "se", full),
    call("stream with an answer to each message", "smmm", { ...full, when: "eachMessage" }),
    call("stream with an answer to each message and an end", "smmo", {
      ...full,
      when: "eachMessage",
    }),
    call("stream, status", "so", { ...full, ...problem }),
    call("stream, trailers only", "s", { ...problem, when: "start", trailersOnly: true }),
    call("stream, reset", "s", { when: "start", failure: "reset" }),
    call("stream, cut off", "s", { ...full, when: "start", failure: "cutOff" }),
    call("stream, later", "so", { ...full, after: "30ms" }),
    call("stream, cancelled", "smx", { ...full, when: "start" }),
    call("stream, refused", "smo", full),
    call("stream cancelled in its metadata", "1s", { ...full, when: "start" }),
    call("stream cancelled in its message", "2s", { ...full, messages: ["one"], when: "start" }),
    call("stream closed in its message", "3sm", { ...full, when: "eachMessage" }),
    call("message sent in a message", "4sm", { ...full, when: "eachMessage" }),
    call("call and stream", "cse", { messages: ["call"] }, full),
  ];
}

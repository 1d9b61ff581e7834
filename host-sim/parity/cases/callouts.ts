/** What a guest gets from clusters that it calls itself: over HTTP and gRPC. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { act, type Operand, text } from "../scripted/program.ts";
import { pairs } from "../scripted/randomCalls.ts";
import { failing, from, type ParityCase, probe, scenario, talk } from "./case.ts";
import { grpcReplyCases } from "./grpcReplies.ts";
import { scriptedCase } from "./scriptedCase.ts";

const SOURCE = "10.0.0.42:51324";
const endpoints = ["10.1.0.9:80"];
const clusters: ScenarioDocument["clusters"] = {
  c1: { endpoints: ["10.1.0.1:8080"] },
  http: { endpoints },
  dead: { endpoints, connect: "refuse" },
  empty: { endpoints: [] },
};
type Replies = NonNullable<ScenarioDocument["httpReplies"]>[string];

const HTTP_CALL: readonly Operand[] = [
  text("web"),
  pairs([":path", "/"], [":method", "GET"], [":authority", "host"]),
  text("body"),
  { bytes: [] },
  5000,
];

export async function calloutCases(): Promise<readonly ParityCase[]> {
  const wasm = await probe("httpCall");
  const call = (name: string, configuration: string, ...replies: Replies): ParityCase => ({
    name: `HTTP call: ${name}`,
    wasm,
    scenario: scenario({
      plugin: { configuration },
      clusters,
      httpReplies: { http: replies.length > 0 ? replies : [{}] },
      connections: [from(SOURCE, ...talk)],
    }),
  });
  const headers = [
    { name: "X-One", value: "1" },
    { name: "x-two", value: "" },
    { name: "x-one", value: "again" },
  ];
  const data = await probe("callData");
  const grpc = await probe("grpcCall");
  const grpcCall = (name: string, configuration: string, ...replies: Replies): ParityCase => ({
    name: `gRPC call: ${name}`,
    wasm: grpc,
    scenario: scenario({
      plugin: { configuration },
      clusters: { ...clusters, none: { endpoints: [] } },
      httpReplies: { http: replies.length > 0 ? replies : [{}] },
      connections: [from(SOURCE, { after: "50ms", downstream: "hello" }, { close: "client" })],
    }),
  });
  const left = (
    name: string,
    configuration: string,
    close: "client" | "server" | "clientReset" = "client",
  ): ParityCase => ({
    name: `call data: ${name}`,
    wasm: data,
    scenario: scenario({
      plugin: { configuration, vmConfiguration: "vm" },
      connections: [from(SOURCE, { downstream: "hello" }, { upstream: "hi" }, { close })],
    }),
  });
  const two = [
    from(SOURCE, { after: "2ms", downstream: "hello" }, { close: "client" }),
    {
      ...from("10.0.0.43:51325", { after: "2ms", downstream: "hi" }, { close: "client" }),
      at: "1ms",
    },
  ];
  const plain = { configuration: "cfg", vmConfiguration: "vm" };
  const plainly = async (
    name: string,
    file: string,
    connections: ParityCase["scenario"]["connections"] = scenario({
      connections: [from(SOURCE, ...talk)],
    }).connections,
  ): Promise<ParityCase> => ({
    name,
    wasm: await probe(file),
    scenario: scenario({ plugin: plain, connections }),
  });
  return [
    await plainly("foreign functions without a connection", "foreign"),
    { ...(await plainly("foreign functions: long texts", "compress")), ownLogLevel: true },
    await plainly("declared properties", "declare", scenario({ connections: two }).connections),
    await plainly(
      "contexts in every callback",
      "contexts",
      scenario({ connections: two }).connections,
    ),
    await plainly("functions of ABI 0.1.0", "abi010"),
    {
      name: "DNS: names that need no server",
      wasm: await probe("dns"),
      scenario: scenario({ connections: [from(SOURCE, ...talk)] }),
    },
    await scriptedCase(
      "DNS: what was deferred happens within the call, without a callback, too",
      [
        {
          program: [
            act("newConnection", "proxy_close_stream", 3),
            act("newConnection", "envoy_resolve_dns", text("\u00fc\0"), 0),
            act("newConnection", "proxy_log", 2, text("the connection is gone")),
          ],
        },
      ],
      { connections: [from(SOURCE, ...talk)] },
    ),
    left("plain", "r"),
    left("downstream", "rd"),
    left("upstream read", "rg"),
    left("upstream read, server", "rg", "server"),
    left("upstream read, reset", "rg", "clientReset"),
    left("upstream status", "rb"),
    ...failing([left("upstream edited", "rs")]),
    left("upstream edited, server", "rs", "server"),
    left("upstream edited, reset", "rs", "clientReset"),
    ...(await grpcReplyCases()),
    ...(await Promise.all(
      (["accept", "refuse"] as const).map((connect) =>
        scriptedCase(
          `calls: a queue's callback comes before the answer, ${connect}`,
          [
            {
              program: [
                act("create", "proxy_http_call", ...HTTP_CALL, 0),
                act("newConnection", "proxy_register_shared_queue", text("q"), 136),
                act("newConnection", "proxy_enqueue_shared_queue", { at: 136 }, text("item")),
                act("queueReady", "proxy_dequeue_shared_queue", { at: 136 }, 0, 8),
                act("httpResponse", "proxy_set_effective_context", 2),
                act("httpResponse", "proxy_close_stream", 2),
              ],
            },
          ],
          {
            clusters: {
              c1: { endpoints: ["10.1.0.1:8080"] },
              web: { endpoints: ["10.1.0.3:80"], connect },
            },
            httpReplies: { web: [{ body: "hello" }] },
            connections: [from(SOURCE, ...talk)],
          },
        ),
      ),
    )),
    grpcCall("refused", "a"),
    grpcCall("stream, refused", "b"),
    grpcCall("no host", "c"),
    grpcCall("stream, no host", "d"),
    grpcCall("not gRPC", "e"),
    grpcCall("stream stays open", "f"),
    grpcCall("unknown cluster", "h"),
    grpcCall("stream to an unknown cluster", "i"),
    grpcCall("stream is cancelled", "j"),
    grpcCall("cancelled", "l"),
    grpcCall("several", "abch"),
    grpcCall("timeout", "g", { failure: "silence" }),
    grpcCall("reset", "e", { failure: "reset" }),
    grpcCall("cut off", "e", { failure: "cutOff" }),
    grpcCall("cut off with a body", "e", { failure: "cutOff", body: "hello" }),
    grpcCall("not gRPC, with a body", "e", { body: "hello" }),
    grpcCall("not gRPC, 404 with a body", "e", { status: 404, body: "hello" }),
    ...["00000000", "000000000161", "010000000161", "010000000261", "010000000000000000016102"].map(
      (hex) =>
        grpcCall(`not gRPC, body ${hex}`, "e", {
          body: { base64: Buffer.from(hex, "hex").toString("base64") },
        }),
    ),
    ...[400, 401, 403, 404, 418, 429, 500, 503].map((status) =>
      grpcCall(`not gRPC, ${status}`, "e", { status }),
    ),
    {
      ...grpcCall("stream is closed, refused", "k"),
      scenario: scenario({
        plugin: { configuration: "k" },
        clusters: { ...clusters, http: { endpoints, connect: "refuse" } },
        connections: [from(SOURCE, ...talk)],
      }),
    },
    call("answered", "a", { headers, body: "hello" }),
    call("404 without a body", "a", { status: 404 }),
    {
      ...call("answered later than a step", "a", { body: "hello" }),
      scenario: scenario({
        plugin: { configuration: "a" },
        clusters,
        httpReplies: { http: [{ after: "40ms", body: "hello" }] },
        connections: [
          from(
            SOURCE,
            { downstream: "hello" },
            { after: "120ms", downstream: "more" },
            { close: "client" },
          ),
        ],
      }),
    },
    call("204", "a", { status: 204 }),
    call("304", "a", { status: 304, headers }),
    call("trailers", "a", {
      headers,
      body: "hello",
      trailers: [{ name: "X-Trailer", value: "t" }],
    }),
    call("trailers, no body", "a", { trailers: [{ name: "X-Trailer", value: "t" }] }),
    call("refused", "bp"),
    call("no host", "ch"),
    call("two calls", "adg", { body: "first" }, { body: "second" }, { body: "third" }),
    call("reset", "ap", { failure: "reset" }),
    call("cut off", "a", { failure: "cutOff", body: "hello" }),
    {
      ...call("timeout", "ep", { failure: "silence" }),
      scenario: scenario({
        plugin: { configuration: "ep" },
        clusters,
        httpReplies: { http: [{ failure: "silence" }] },
        connections: [from(SOURCE, { after: "50ms", downstream: "hello" }, { close: "client" })],
      }),
    },
    call("all at once", "abcdh", { body: "first" }, { body: "second" }, { body: "third" }),
  ];
}

/** Calls to clusters and names, where Envoy's own answer depends on time or on a name server. */
import { describe, expect, it } from "vitest";
import { from, probe, scenario } from "../parity/cases/case.ts";
import { resolveName } from "../src/dns.ts";
import { readPairs, writePairs } from "../src/hostcalls/pairs.ts";
import {
  loadLibraries,
  simulate,
  type Libraries,
  type ScenarioDocument,
  type TraceEvent,
} from "../src/index.ts";
import { zlib } from "../src/zlib.ts";

const endpoints = ["10.1.0.9:80"];
type Document = Partial<ScenarioDocument>;

async function run(
  name: string,
  document: Document,
  given?: Libraries,
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  const wasm = await probe(name);
  const libraries = given ?? (await loadLibraries(wasm));
  const connections = document.connections ?? [from("10.0.0.42:51324", { close: "client" })];
  simulate(wasm, scenario({ ...document, connections }), (it) => events.push(it), { libraries });
  return events;
}

const called = (events: readonly TraceEvent[], callback: string) =>
  events.flatMap((it) =>
    it.kind === "guestEnter" && it.callback === callback && it.vm === "worker"
      ? [{ at: it.at / 1e6, args: it.args }]
      : [],
  );
const logged = (events: readonly TraceEvent[], text: string) =>
  events.flatMap((it) =>
    it.kind === "log" && it.vm === "worker" && it.message?.startsWith(text) ? [it.message] : [],
  );

describe("HTTP calls", () => {
  const clusters = { c1: { endpoints }, http: { endpoints } };

  it("come back after their time, with the time in a header", async () => {
    const events = await run("httpCall", {
      plugin: { configuration: "ap" },
      clusters,
      httpReplies: {
        http: [
          { after: "12ms", status: 201, headers: [{ name: "X-A", value: " b " }], body: "hi" },
        ],
      },
    });
    expect(called(events, "proxy_on_http_call_response")).toEqual([
      { at: 12, args: [1, 4, 4, 2, 0] },
    ]);
    const hex = logged(events, "headers=")[0]?.slice("headers=".length) ?? "";
    const pairs = readPairs(Uint8Array.from(Buffer.from(hex, "hex")));
    expect(pairs.map((it) => it.map((part) => Buffer.from(part).toString()).join("="))).toEqual([
      ":status=201",
      "x-a=b",
      "content-length=2",
      "x-envoy-upstream-service-time=12",
    ]);
  });

  it("time out although the answer would have come later", async () => {
    const events = await run("httpCall", {
      plugin: { configuration: "e" },
      clusters,
      httpReplies: { http: [{ after: "21ms" }] },
    });
    expect(called(events, "proxy_on_http_call_response")).toEqual([
      { at: 20, args: [1, 4, 3, 24, 0] },
    ]);
  });

  it("time out with the cluster's connect timeout", async () => {
    const events = await run("httpCall", {
      plugin: { configuration: "a" },
      clusters: {
        c1: { endpoints },
        http: { endpoints, connect: "timeout", connectTimeout: "3s" },
      },
    });
    expect(called(events, "proxy_on_http_call_response").map(({ at }) => at)).toEqual([3000]);
  });

  it("say when a cluster has no replies, and stay without an answer", async () => {
    const events = await run("httpCall", { plugin: { configuration: "a" }, clusters });
    expect(called(events, "proxy_on_http_call_response")).toEqual([]);
    const call = events.find((it) => it.kind === "hostCall" && it.name === "proxy_http_call");
    expect(call).toMatchObject({
      status: "Ok",
      note: 'the scenario has no httpReplies for "http": nobody answers',
    });
  });

  it("mark an HTTP call to a gRPC server as not modelled", async () => {
    const events = await run("httpCall", {
      plugin: { configuration: "a" },
      clusters,
      grpcReplies: { http: [{}] },
    });
    const call = events.find((it) => it.kind === "hostCall" && it.name === "proxy_http_call");
    expect(call).toMatchObject({ notModelled: true });
  });

  it("mark a gRPC stream to an HTTP server as not modelled", async () => {
    const events = await run("grpcCall", { plugin: { configuration: "f" }, clusters });
    const call = events.find((it) => it.kind === "hostCall" && it.name === "proxy_grpc_stream");
    expect(call).toMatchObject({ notModelled: true });
  });
});

describe("calls without the library", () => {
  it.each([
    ["httpCall", "a", "proxy_http_call"],
    ["grpcCall", "f", "proxy_grpc_stream"],
  ])("are marked as not modelled: %s", async (name, configuration, imported) => {
    const clusters = { c1: { endpoints }, http: { endpoints }, grpc: { endpoints } };
    const events = await run(name, { plugin: { configuration }, clusters }, {});
    const call = events.find((it) => it.kind === "hostCall" && it.name === imported);
    expect(call).toMatchObject({ status: "InternalFailure", notModelled: true });
  });
});

describe("gRPC replies", () => {
  const document: Document = {
    plugin: { configuration: "sme" },
    clusters: { c1: { endpoints }, grpc: { endpoints } },
    grpcReplies: {
      grpc: [{ when: "eachMessage", after: "5ms", messages: ["one", "second"], grpcStatus: 9 }],
    },
  };
  const connections = [from("10.0.0.42:51324", { after: "9ms", close: "client" })];

  it("come in the order of a stream, after their time", async () => {
    const events = await run("grpcReplies", { ...document, connections });
    expect(
      events.flatMap((it) =>
        it.kind === "guestEnter" && it.callback.startsWith("proxy_on_grpc_")
          ? [[it.at / 1e6, it.callback.slice("proxy_on_grpc_".length), ...it.args.slice(1)]]
          : [],
      ),
    ).toEqual([
      [5, "receive_initial_metadata", 6, 3],
      [5, "receive", 6, 3],
      [5, "receive", 6, 6],
      [5, "receive_trailing_metadata", 6, 1],
      [5, "close", 6, 9],
    ]);
  });
});

describe("names", () => {
  it.each([
    ["10.0.0.1", { at: "once", addresses: ["10.0.0.1"] }],
    ["LocalHost", { at: "once", addresses: ["::1"] }],
    ["localhost.", { at: "later", addresses: [] }],
    ["10.0.0.300", { at: "later", addresses: [] }],
    ["known.example", { at: "later", addresses: ["10.9.9.9"] }],
    ["constructor", { at: "later", addresses: [] }],
    ["", { at: "later", addresses: [] }],
    ["a..b", { at: "once", addresses: undefined }],
    ["a b", { at: "once", addresses: undefined }],
  ])("%s", (name, answer) => {
    expect(resolveName(name, { "known.example": ["10.9.9.9"] })).toEqual(answer);
  });

  it("of the scenario are answered after the callback, IPv6 alone if there is any", async () => {
    const events = await run("dnsLater", {
      dns: { "a.example": ["10.0.0.1", "10.0.0.2"], "b.example": ["10.0.0.1", "2001:db8::1"] },
    });
    expect(called(events, "envoy_on_resolve_dns").map(({ args }) => args)).toEqual([
      [1, 2, 34],
      [1, 3, 24],
      [1, 4, 4],
    ]);
    const exits = events.filter(
      (it) => it.kind === "guestExit" && it.callback === "proxy_on_new_connection",
    );
    const first = events.find(
      (it) => it.kind === "guestEnter" && it.callback === "envoy_on_resolve_dns",
    );
    expect(first?.seq).toBeGreaterThan(exits[0]?.seq ?? Infinity);
  });
});

describe("zlib", () => {
  it("is loaded for modules that mention it", async () => {
    expect(await loadLibraries(await probe("foreign"))).toHaveProperty("zlib");
    expect(await loadLibraries(await probe("choose"))).toEqual({});
  });

  it("answers that it is not there when it was not given", async () => {
    const events = await run("foreign", {}, {});
    const call = events.find(
      (it) => it.kind === "hostCall" && it.name === "proxy_call_foreign_function",
    );
    expect(call).toMatchObject({ status: "Unimplemented", notModelled: true });
  });

  it("fails for what is no stream", () => {
    const whole = zlib.compress(new TextEncoder().encode("hello ".repeat(100)));
    expect(zlib.uncompress(whole)).toHaveLength(600);
    expect(zlib.uncompress(whole.slice(0, -1))).toBeUndefined();
    expect(zlib.uncompress(new Uint8Array(0))).toBeUndefined();
  });
});

it("pairs are written as they are read", () => {
  const pairs = [
    [Uint8Array.of(1, 2), Uint8Array.of()],
    [Uint8Array.of(), Uint8Array.of(0)],
  ] as const;
  expect(readPairs(writePairs(pairs))).toEqual(pairs);
});

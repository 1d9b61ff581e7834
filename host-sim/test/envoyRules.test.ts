/** Rules of Envoy that are easily broken and that a decision or a metric hangs on; parity proves them. */
import { describe, expect, it } from "vitest";
import { from, probe, talk } from "../parity/cases/case.ts";
import { play, type PlayedScenario, type ScenarioDocument } from "../src/index.ts";
import { findProperty, readAttribute, type ConnectionFacts } from "../src/envoy/attributes.ts";
import { celState, type PropertyType } from "../src/envoy/filterState.ts";
import { Metrics, SharedState } from "../src/sharedState.ts";

const two = [from("10.0.0.42:51324", ...talk), from("10.0.0.43:51325", ...talk)];

async function playProbe(
  name: string,
  document: Partial<ScenarioDocument>,
): Promise<PlayedScenario> {
  return play(await probe(name), {
    tcpProxy: { cluster: "c1" },
    clusters: {
      c1: { endpoints: ["10.1.0.1:8080"] },
      c2: { endpoints: ["10.1.0.2:8080"] },
    },
    connections: two,
    ...document,
  });
}

describe("connection.requested_server_name", () => {
  const readName = async (serverName?: string) => {
    const connection = { ...from("10.0.0.42:51324", ...talk), ...(serverName && { serverName }) };
    const { connections } = await playProbe("properties", { connections: [connection] });
    const path = "connection\0requested_server_name";
    return connections[0]?.calls.find((call) =>
      call.args.some(
        ({ value }) =>
          value.kind === "propertyPath" && new TextDecoder().decode(value.bytes) === path,
      ),
    );
  };

  it("is there, and empty, without a server name", async () => {
    const call = await readName();
    expect(call).toMatchObject({ status: "Ok" });
    expect(call?.results[0]?.value).toMatchObject({ length: 0 });
  });

  it("is the scenario's", async () => {
    const call = await readName("a.example");
    expect(call?.results[0]?.value).toMatchObject({ bytes: new TextEncoder().encode("a.example") });
  });
});

describe("fields of a property", () => {
  const read = (type: PropertyType, path: string) => {
    const object = celState(new TextEncoder().encode("bytes"), false, type);
    const filterState = new Map([["wasm.mine", { object, writtenBy: undefined }]]);
    const facts = { filterState } as unknown as ConnectionFacts;
    const plugin = { name: "", rootId: "", vmId: "", direction: "UNSPECIFIED" } as const;
    return readAttribute(findProperty(path), facts, plugin);
  };

  it.each(["FlatBuffers", "Protobuf"] as const)("that is declared as %s are marked", (type) => {
    expect(read(type, "mine\0field")).toMatchObject({ notModelled: true });
    expect(read(type, "mine")).not.toHaveProperty("notModelled");
  });

  it("of bytes do not exist, as in Envoy", () => {
    expect(read("Bytes", "mine\0field")).not.toHaveProperty("notModelled");
  });
});

describe("tcp_proxy", () => {
  it("does not look at filter state with weighted clusters", async () => {
    const plugin = { configuration: "c2" };
    const weighted = { weightedClusters: [{ name: "c1", weight: 1 }] };
    expect((await playProbe("choose", { plugin })).connections[0]?.cluster).toBe("c2");
    const { connections } = await playProbe("choose", { plugin, tcpProxy: weighted });
    expect(connections[0]?.decision).toMatchObject({ cluster: "c1", by: "weightedClusters" });
  });
});

describe("bytes received", () => {
  it("are those of the client, whatever the filter makes of them", async () => {
    const [connection] = (await playProbe("streams", { plugin: { configuration: "e" } }))
      .connections;
    expect(connection?.end?.bytesReceived).toBe("hello".length);
    expect(connection?.toUpstream.length).not.toBe("hello".length);
  });

  it("are counted again with what the filter has held back", async () => {
    const steps = [{ downstream: "first" }, { close: "client" }] as const;
    const { connections } = await playProbe("streams", {
      plugin: { configuration: "a" },
      connections: [from("10.0.0.42:51324", ...steps)],
    });
    expect(connections[0]?.end?.bytesReceived).toBe(10);
  });
});

describe("ids of metrics", () => {
  it("count by kind, and are new for a name that exists", () => {
    const metrics = new Metrics(new SharedState());
    const [counter, gauge, histogram] = [0, 1, 2];
    const ids = [counter, counter, gauge, histogram, gauge, counter].map((kind) =>
      metrics.define(kind, "same"),
    );
    expect(ids).toEqual([4, 8, 5, 6, 9, 12]);
    metrics.increment(4, 2n);
    expect(metrics.get(12)).toBe(2n);
  });
});

describe("a trap", () => {
  it.each([
    ["FAIL_OPEN", "c1"],
    ["FAIL_CLOSED", undefined],
  ] as const)("closes its connection; under %s the next goes to %s", async (policy, cluster) => {
    const plugin = { configuration: "un", failurePolicy: policy };
    const { connections } = await playProbe("traps", { plugin });
    expect(connections[0]?.end).toMatchObject({ closedBy: "envoy" });
    expect(connections[0]?.decision).toBeUndefined();
    expect(connections[1]?.cluster).toBe(cluster);
  });
});

describe("capabilities", () => {
  const restricted = (...allowedCapabilities: string[]) =>
    playProbe("properties", { plugin: { allowedCapabilities } });

  it("turn off callbacks, and host calls, with a line in the log", async () => {
    const { connections, events } = await restricted("proxy_on_new_connection", "proxy_log");
    expect(connections[0]?.calls.find((it) => it.name === "proxy_get_property")).toMatchObject({
      status: "InternalFailure",
    });
    expect(connections[0]?.calls.find((it) => it.name === "proxy_log")?.status).toBe("Ok");
    expect(events).toContainEqual(
      expect.objectContaining({
        level: "error",
        line: "Attempted call to restricted proxy-wasm capability: proxy_get_property",
      }),
    );
    const called = events.flatMap((it) => (it.kind === "guestEnter" ? [it.callback] : []));
    expect(new Set(called)).toEqual(new Set(["_initialize", "proxy_on_new_connection"]));
  });

  it("are not restricted by an empty list", async () => {
    const { events } = await restricted();
    expect(events.some((it) => it.kind === "guestEnter" && it.callback === "proxy_on_log")).toBe(
      true,
    );
  });
});

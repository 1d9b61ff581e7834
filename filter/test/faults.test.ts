import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { debugModule, type Fault, Host, int64, releaseModule } from "./host.ts";

const statusNames = [
  "Ok",
  "NotFound",
  "BadArgument",
  "SerializationFailure",
  "ParseFailure",
  "BadExpression",
  "InvalidMemoryAccess",
  "Empty",
  "CasMismatch",
  "ResultMismatch",
  "InternalFailure",
  "BrokenConnection",
  "Unimplemented",
];
/** Every status there is, and numbers that are none. */
const statuses = [
  ...statusNames.map((name, status) => [status, name] as const),
  [13, "status 13"],
  [255, "status 255"],
  [-1, "status 4294967295"],
] as const;
const failures = statuses.filter(([status]) => status !== 0);

const close = '{"mode":"istio","onUndecided":"close"}';
const source = "10.0.0.42:51324";
const cluster = "outbound|443||egress1.default.svc.cluster.local";

function play(configuration: string, fault: Fault, module = releaseModule) {
  const host = new Host(module);
  host.configure(configuration);
  const defined = host.calls.length;
  host.faults = [fault];
  const status = host.connect(source);
  return { host, status, calls: host.calls.slice(defined).map((call) => call.name) };
}

describe("a host call of a connection that fails", () => {
  describe.each([
    ["proxy_get_property", 1, "proxy_get_property(source.address)"],
    ["proxy_get_property", 2, `${source}: proxy_get_property(destination.port)`],
    ["proxy_call_foreign_function", 1, `${source} -> ${cluster}: set_envoy_filter_state`],
  ])("%s, number %i", (call, nth, who) => {
    test.each(failures)("%i: %s, under continue", (status, name) => {
      const { host, status: answer } = play("istio", { call, nth, status });
      expect(answer).toBe(0);
      expect(host.filterStates).toEqual([]);
      expect(host.closed).toEqual([]);
      expect(host.logs).toEqual([
        { level: 3, text: `${who} answered ${name}; leaving it to tcp_proxy's cluster` },
      ]);
      expect(host.counter("wasmerang_failed")).toBe(1);
      expect(host.counter("wasmerang_undecided")).toBe(0);
      expect(host.counter("wasmerang_routed_egress1")).toBe(0);
    });

    test.each(failures)("%i: %s, under close", (status, name) => {
      const { host, status: answer } = play(close, { call, nth, status });
      expect(answer).toBe(1);
      expect(host.filterStates).toEqual([]);
      expect(host.closed).toEqual([2]);
      expect(host.logs).toEqual([
        { level: 3, text: `${who} answered ${name}; closing the connection` },
      ]);
      expect(host.counter("wasmerang_failed")).toBe(1);
    });
  });

  test.each(statuses)(
    "proxy_get_log_level answers %i: when in doubt the line is written",
    (status) => {
      const { host, status: answer } = play("istio", { call: "proxy_get_log_level", status });
      expect(answer).toBe(0);
      expect(clusterOf(host)).toBe(cluster);
      expect(host.logs).toEqual([{ level: 2, text: `${source} -> ${cluster}` }]);
    },
  );

  test.each(statuses)("proxy_log answers %i: nobody can be told", (status) => {
    const { host, status: answer } = play("istio", { call: "proxy_log", status });
    expect(answer).toBe(0);
    expect(clusterOf(host)).toBe(cluster);
    expect(host.counter("wasmerang_routed_egress1")).toBe(1);
  });

  test.each(failures)(
    "proxy_increment_metric answers %i: %s, and the decision stands",
    (status, name) => {
      const { host, status: answer } = play(close, { call: "proxy_increment_metric", status });
      expect(answer).toBe(0);
      expect(clusterOf(host)).toBe(cluster);
      expect(host.closed).toEqual([]);
      expect(host.logs.at(-1)).toEqual({
        level: 3,
        text: `${source} -> ${cluster}: proxy_increment_metric answered ${name}; this connection is not counted`,
      });
    },
  );

  test.each(failures)(
    "proxy_close_stream answers %i: %s, and nothing gets through",
    (status, name) => {
      const host = new Host();
      host.configure(close);
      host.faults = [{ call: "proxy_close_stream", status }];
      expect(host.connect("/run/app.sock")).toBe(1);
      expect(host.filterStates).toEqual([]);
      expect(host.logs.at(-1)).toEqual({
        level: 3,
        text: `proxy_close_stream answered ${name}; holding the connection`,
      });
    },
  );
});

describe("a host call of the configuration that fails", () => {
  test.each(failures)(
    "proxy_get_buffer_bytes answers %i: %s, and it is refused",
    (status, name) => {
      const host = new Host();
      host.faults = [{ call: "proxy_get_buffer_bytes", status }];
      expect(host.configure("standalone")).toBe(false);
      expect(host.logs).toEqual([
        { level: 4, text: `configuration refused: proxy_get_buffer_bytes answered ${name}` },
      ]);
    },
  );

  test("proxy_get_buffer_bytes answers less than was announced, and it is refused", () => {
    const host = new Host();
    host.faults = [{ call: "proxy_get_buffer_bytes", value: new Uint8Array([0x20]) }];
    expect(host.configure("standalone")).toBe(false);
    expect(host.logs[0]?.text).toBe(
      "configuration refused: proxy_get_buffer_bytes answered a part of it",
    );
  });

  test.each(failures)(
    "proxy_define_metric answers %i: %s, and it routes without",
    (status, name) => {
      const host = new Host();
      host.faults = [{ call: "proxy_define_metric", nth: 1, status }];
      expect(host.configure("standalone")).toBe(true);
      expect(host.logs).toEqual([
        {
          level: 3,
          text: `proxy_define_metric answered ${name}; there will be no wasmerang_routed_egress1`,
        },
      ]);
      host.connect("10.0.0.42:1");
      host.connect("10.0.0.43:1");
      expect(clusterOf(host)).toBe("egress2");
      expect(host.calls.filter((call) => call.name === "proxy_increment_metric")).toHaveLength(1);
      expect(host.counter("wasmerang_routed_egress2")).toBe(1);
    },
  );

  test("a configuration that is refused leaves connections to the host", () => {
    const host = new Host();
    expect(host.configure("nonsense")).toBe(false);
    expect(host.connect(source)).toBe(0);
    expect(host.filterStates).toEqual([]);
  });
});

describe("Ok with a value that makes no sense", () => {
  const outside: readonly (readonly [number, number])[] = [
    [0xffffffff, 1],
    [0xfffffff0, 0xfffffff0],
    [65536, 1],
    [65535, 2],
    [0, 0xffffffff],
    [1 << 30, 14],
  ];
  test.each(outside)("the words %i, %i are outside of memory", (address, length) => {
    for (const [call, nth] of [
      ["proxy_get_property", 1],
      ["proxy_get_property", 2],
      ["proxy_call_foreign_function", 1],
    ] as const) {
      const { host, status } = play(close, { call, nth, words: [address, length] });
      expect(status).toBe(1);
      expect(host.logs[0]?.text).toMatch(/ answered InvalidMemoryAccess; closing the connection$/);
      expect(host.counter("wasmerang_failed")).toBe(1);
    }
    const host = new Host();
    host.faults = [{ call: "proxy_get_buffer_bytes", words: [address, length] }];
    expect(host.configure("istio")).toBe(false);
  });

  test("Ok and nothing written is an empty value", () => {
    const { host, status } = play(close, { call: "proxy_get_property", nth: 1, status: 0 });
    expect(status).toBe(1);
    expect(host.logs[0]?.text).toBe(
      "proxy_get_property(source.address) answered no IP address; closing the connection",
    );
    expect(host.counter("wasmerang_undecided")).toBe(1);
  });

  test("any value of any property leads to a decision, to undecided or to failed", () => {
    const hosts = [releaseModule, debugModule].map((module) => {
      const host = new Host(module);
      host.configure(close);
      return host;
    });
    const text = fc
      .oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: "binary" }))
      .map((it) => new TextEncoder().encode(it));
    const port = fc.oneof(fc.bigInt({ min: 0n, max: 70_000n }), fc.bigInt({ min: -9n, max: 9n }));
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), text, port.map(int64));
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom(...hosts), (address, port, host) => {
        host.filterStates.length = 0;
        host.closed.length = 0;
        for (const metric of host.metrics.values()) metric.value = 0;
        const status = host.connect(address, port);
        host.disconnect();
        const isRouted = clusterOf(host) !== undefined;
        expect(status).toBe(isRouted ? 0 : 1);
        expect(host.closed).toEqual(isRouted ? [] : [2]);
        const counts = [...host.metrics.values()].map((metric) => metric.value);
        expect(counts.reduce((sum, count) => sum + count)).toBe(1);
      }),
      { numRuns: 1000 },
    );
  }, 30_000);

  test("values larger than the scratch area are taken and forgotten", () => {
    const host = new Host();
    host.configure("");
    const before = host.exports.memory.buffer.byteLength;
    for (let i = 0; i < 100; i++) {
      host.connect("x".repeat(60_000));
      host.disconnect();
    }
    expect(host.counter("wasmerang_undecided")).toBe(100);
    expect(host.exports.memory.buffer.byteLength - before).toBeLessThanOrEqual(2 * 65_536);
    host.connect(source);
    expect(clusterOf(host)).toBe("egress1");
  });

  test("malloc never traps", () => {
    const { exports } = new Host();
    for (const size of [0, 1, 511, 512, 513, 1 << 20]) expect(exports.malloc(size)).not.toBe(0);
    for (const size of [(1 << 20) + 1, 1 << 30, 0x7fffffff, -1, -8])
      expect(exports.malloc(size)).toBe(0);
  });
});

import { describe, expect, test } from "vitest";
import { bytesOf, debugModule, Host, releaseModule } from "./host.ts";
import { clusterOf, decide } from "./clusterOf.ts";

describe("mode standalone goes by the last byte of the source", () => {
  test.each([
    ["10.0.0.42:51324", "egress1"],
    ["10.0.0.43:51324", "egress2"],
    ["10.0.0.0:1", "egress1"],
    ["10.0.0.255:65535", "egress2"],
    ["255.255.255.254:0", "egress1"],
    ["10.0.0.42", "egress1"],
    ["[::ffff:10.0.0.42]:40000", "egress1"],
    ["[::ffff:10.0.0.43]:40000", "egress2"],
    ["[::ffff:a00:2b]:40000", "egress2"],
    ["[2001:db8::1]:443", "egress2"],
    ["[2001:db8::2]:443", "egress1"],
    ["[2001:db8::10]:443", "egress1"],
    ["[2001:db8::1:0]:443", "egress1"],
    ["[2001:db8:1:2:3:4:5:ab]:443", "egress2"],
    ["[1::]:443", "egress1"],
    ["[::]:443", "egress1"],
    ["[::1]:443", "egress2"],
    ["[::1]", "egress2"],
    ["::1", "egress2"],
    ["2001:DB8::ABCD", "egress2"],
    ["[64:ff9b::192.0.2.33]:80", "egress2"],
    ["[fe80::2%3]:80", "egress1"],
    ["[fe80::3%eth0.1]:80", "egress2"],
    ["fe80::3%eth0", "egress2"],
  ])("%s → %s", (source, cluster) => {
    expect(decide("", source)).toBe(cluster);
  });
});

describe("what is no IP address is undecided", () => {
  test.each([
    "/run/app.sock",
    "@abstract",
    "envoy://listener/endpoint",
    "",
    "localhost:80",
    "10.0.0:80",
    "10.0.0.256:80",
    "10.0.0.042:80",
    "10.0.0.1.2:80",
    "10.0.0.1:",
    "10.0.0.1:65536",
    "10.0.0.1:080",
    "10.0.0.1:80 ",
    " 10.0.0.1:80",
    "10.0.0.1%eth0:80",
    "[10.0.0.1]:80",
    "[::1]:",
    "[::1]80",
    "[::1",
    "[::1%]:80",
    "::1%",
    "[]:80",
    "[:]:80",
    "[:::]:80",
    "[1::2::3]:80",
    "[1:2:3:4:5:6:7]:80",
    "[1:2:3:4:5:6:7:8:9]:80",
    "[1:2:3:4:5:6:7:8::]:80",
    "[::1:2:3:4:5:6:7:8]:80",
    "[1:2:3:4:5:6:7:]:80",
    "[:1:2:3:4:5:6:7]:80",
    "[12345::]:80",
    "[g::]:80",
    "[::1.2.3]:80",
    "[::1.2.3.4.5]:80",
    "[1:2:3:4:5:6:7:1.2.3.4]:80",
    "[1.2.3.4::]:80",
  ])("%j", (source) => {
    const host = new Host();
    host.configure("");
    expect(host.connect(source)).toBe(0);
    expect(host.filterStates).toEqual([]);
    expect(host.counter("wasmerang_undecided")).toBe(1);
    expect(host.counter("wasmerang_failed")).toBe(0);
    expect(host.logs).toEqual([
      {
        level: 3,
        text:
          (source === "" ? "" : `${source}: `) +
          "proxy_get_property(source.address) answered no IP address; leaving it to tcp_proxy's cluster",
      },
    ]);
  });

  test("what is not printable does not get into the log, nor more than 128 bytes", () => {
    const host = new Host();
    host.configure("");
    host.connect(bytesOf("\n\u0000é" + "x".repeat(200)));
    expect(host.logs[0]?.text).toMatch(/^\?{4}x{124}\.\.\.: proxy_get_property/);
  });
});

describe("mode istio", () => {
  test.each([
    [{}, "10.0.0.42:1", 443, "outbound|443||egress1.default.svc.cluster.local"],
    [{}, "10.0.0.43:1", 80, "outbound|80||egress2.default.svc.cluster.local"],
    [{}, "[2001:db8::1]:1", 1, "outbound|1||egress2.default.svc.cluster.local"],
    [{}, "10.0.0.42:1", 65535, "outbound|65535||egress1.default.svc.cluster.local"],
    [{ namespace: "mesh" }, "10.0.0.42:1", 443, "outbound|443||egress1.mesh.svc.cluster.local"],
    [
      { ports: { 443: 8443 } },
      "10.0.0.42:1",
      443,
      "outbound|8443||egress1.default.svc.cluster.local",
    ],
    [{ ports: { 443: 8443 } }, "10.0.0.42:1", 80, "outbound|80||egress1.default.svc.cluster.local"],
    [
      { ports: { 65535: 1 } },
      "10.0.0.42:1",
      65535,
      "outbound|1||egress1.default.svc.cluster.local",
    ],
    [{ clusters: ["a"] }, "10.0.0.43:1", 9, "outbound|9||a.default.svc.cluster.local"],
  ])("%j, %s to port %i → %s", (fields, source, port, cluster) => {
    expect(decide(JSON.stringify({ mode: "istio", ...fields }), source, port)).toBe(cluster);
  });

  test("the namespace may stand behind what needs it", () => {
    const configuration = '{"clusters":["a"],"namespace":"n","mode":"istio"}';
    expect(decide(configuration, "10.0.0.1:1", 80)).toBe("outbound|80||a.n.svc.cluster.local");
  });

  test.each([
    ["0", new Uint8Array(8)],
    ["65536", new Uint8Array([0, 0, 1, 0, 0, 0, 0, 0])],
    ["-1", new Uint8Array(8).fill(255)],
    ["four bytes", new Uint8Array([80, 0, 0, 0])],
    ["nine bytes", new Uint8Array(9).fill(1)],
    ["nothing", new Uint8Array(0)],
  ])("a destination port of %s is undecided", (_, port) => {
    const host = new Host();
    host.configure("istio");
    host.connect("10.0.0.42:51324", port);
    expect(host.filterStates).toEqual([]);
    expect(host.counter("wasmerang_undecided")).toBe(1);
    expect(host.logs[0]?.text).toBe(
      "10.0.0.42:51324: proxy_get_property(destination.port) answered no port; leaving it to tcp_proxy's cluster",
    );
  });
});

describe("clusters", () => {
  test.each([1, 2, 3, 7, 255, 256, 300])("%i of them: the last byte mod their number", (count) => {
    const clusters = Array.from({ length: count }, (_, i) => `c${i}`);
    const host = new Host();
    host.configure(JSON.stringify({ clusters }));
    for (let byte = 0; byte < 256; byte++) {
      host.connect(`192.0.2.${byte}:1`);
      expect(clusterOf(host)).toBe(`c${byte % count}`);
      host.disconnect();
    }
  });

  test("a name that is listed twice gets twice the share, and has one counter", () => {
    const host = new Host();
    host.configure('{"clusters":["a","b","a"]}');
    for (let byte = 0; byte < 3; byte++) host.connect(`192.0.2.${byte}:1`);
    expect([...host.metrics.values()]).toEqual([
      { name: "wasmerang_routed_a", value: 2 },
      { name: "wasmerang_routed_b", value: 1 },
      { name: "wasmerang_undecided", value: 0 },
      { name: "wasmerang_failed", value: 0 },
    ]);
  });
});

describe("what it says and does", () => {
  test("the calls of a connection, in their order", () => {
    const host = new Host();
    host.configure("istio");
    host.calls.length = 0;
    expect(host.connect("10.0.0.42:51324")).toBe(0);
    expect(host.calls.map((call) => call.name)).toEqual([
      "proxy_get_property",
      "proxy_get_property",
      "proxy_call_foreign_function",
      "proxy_get_log_level",
      "proxy_log",
      "proxy_increment_metric",
    ]);
    expect(host.logs.at(-1)).toEqual({
      level: 2,
      text: "10.0.0.42:51324 -> outbound|443||egress1.default.svc.cluster.local",
    });
  });

  test.each([
    [0, true],
    [2, true],
    [3, false],
    [6, false],
  ])("at log level %i the line of a decision is written: %s", (level, isWritten) => {
    const host = new Host();
    host.configure("");
    host.logLevel = level;
    host.connect("10.0.0.42:51324");
    expect(host.logs).toEqual(isWritten ? [{ level: 2, text: "10.0.0.42:51324 -> egress1" }] : []);
    expect(host.counter("wasmerang_routed_egress1")).toBe(1);
  });

  test("onUndecided: close closes the downstream and lets nothing through", () => {
    const host = new Host();
    host.configure('{"onUndecided":"close"}');
    expect(host.connect("/run/app.sock")).toBe(1);
    expect(host.closed).toEqual([2]);
    expect(host.logs[0]?.text).toMatch(/closing the connection$/);
    expect(host.connect("10.0.0.42:51324")).toBe(0);
    expect(host.closed).toEqual([2]);
  });

  test("two configurations in one VM keep apart", () => {
    const host = new Host();
    expect(host.configure('{"clusters":["a"]}', 1001)).toBe(true);
    expect(host.configure('{"clusters":["b"]}', 1002)).toBe(true);
    host.connect("10.0.0.1:1", 443, 1001);
    expect(clusterOf(host)).toBe("a");
    host.connect("10.0.0.1:1", 443, 1002);
    expect(clusterOf(host)).toBe("b");
    host.connect("10.0.0.1:1", 443, 1001);
    expect(clusterOf(host)).toBe("a");
  });

  test("contexts that were never announced are left alone", () => {
    const host = new Host();
    expect(host.exports.proxy_on_configure(77, 0)).toBe(1);
    expect(host.exports.proxy_on_new_connection(78)).toBe(0);
    host.exports.proxy_on_delete(79);
    host.exports.proxy_on_context_create(80, 77);
    expect(host.exports.proxy_on_new_connection(80)).toBe(0);
    host.configure("");
    host.exports.proxy_on_new_connection(1);
    expect(host.filterStates).toEqual([]);
  });

  test("the debug build decides as the release build does", () => {
    for (const source of ["10.0.0.42:1", "10.0.0.43:1", "[2001:db8::3]:1", "/run/app.sock"]) {
      const [release, debug] = [releaseModule, debugModule].map((module) => {
        const host = new Host(module);
        host.configure('{"routes":[{"source":"10.0.0.43/32","cluster":"r"}]}');
        host.connect(source);
        return host;
      });
      expect(debug?.logs).toEqual(release?.logs);
      expect(debug?.filterStates).toEqual(release?.filterStates);
    }
  });
});

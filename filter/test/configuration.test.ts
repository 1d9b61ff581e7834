import { describe, expect, test } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { clusters, istio, refusal, standalone } from "./configured.ts";
import { bytesOf, Host } from "./host.ts";

describe("text", () => {
  test.each([
    "",
    " ",
    "\r\n\t ",
    "standalone",
    "  standalone\n",
    "{}",
    " { } ",
    '{"mode":"standalone"}',
  ])("%j is standalone", (text) => expect(clusters(text)).toEqual(standalone));
  test.each(["istio", "\tistio\r\n", '{"mode":"istio"}', '{ "mode" : "\\u0069stio" }'])(
    "%j is istio",
    (text) => expect(clusters(text)).toEqual(istio),
  );

  test("a JSON object with every field", () => {
    const configuration = `{
      "mode": "istio",
      "clusters": ["egress1", "egress2"],
      "namespace": "default",
      "ports": {"443": 8443},
      "routes": [{"source": "10.1.0.0/16", "cluster": "egress2"}],
      "onUndecided": "close"
    }`;
    expect(clusters(configuration)).toEqual(istio.map((name) => name.replace("443", "8443")));
  });

  const knownFields = "known are mode clusters namespace ports routes onUndecided";
  const ports = "both ports must be whole numbers from 1 to 65535";
  const range = "source: must be a range such as 10.1.0.0/16 or 2001:db8::/32";
  test.each([
    ["foo", "byte 0: expected standalone, istio or a JSON object"],
    ["  foo", "byte 2: expected standalone, istio or a JSON object"],
    ["istio standalone", "byte 0: expected standalone, istio or a JSON object"],
    ["my-istio", "byte 0: expected standalone, istio or a JSON object"],
    ["Istio", "byte 0: expected standalone, istio or a JSON object"],
    ["istio\0", "byte 0: expected standalone, istio or a JSON object"],
    ['"istio"', "byte 0: expected standalone, istio or a JSON object"],
    ["[]", "byte 0: expected standalone, istio or a JSON object"],
    ["\ufeff{}", "byte 0: expected standalone, istio or a JSON object"],
    ["{", "byte 1: the text ends here: expected a field name in quotes"],
    ["  {", "byte 3: the text ends here: expected a field name in quotes"],
    ["{mode}", "byte 1: expected a field name in quotes"],
    ["{'mode'}", "byte 1: expected a field name in quotes"],
    ['{"mode"', 'byte 7: the text ends here: expected ":"'],
    ['{"mode" 1}', 'byte 8: expected ":"'],
    ['{"mode":', "byte 8: the text ends here: expected a value"],
    ['{"mode":istio}', "byte 8: expected a value"],
    ['{"mode":nul}', "byte 8: expected a value"],
    ['{"mode":"istio"', 'byte 15: the text ends here: expected "," or "}"'],
    ['{"mode":"istio",}', "byte 16: expected a field name in quotes"],
    ['{"mode":"istio"}}', "byte 16: expected the end"],
    ['{"mode":"istio"} // why', "byte 17: expected the end"],
    ['{"mode":"istio', "byte 14: the text ends here: expected a closing quote"],
    ['{"mode":"is\ntio"}', "byte 11: expected an escape for a control character"],
    ['{"mode":"is\\xtio"}', "byte 11: expected an escape that JSON knows"],
    ['{"mode":"\\u12g4"}', "byte 9: expected an escape that JSON knows"],
    ['{"mode":"\\ud800"}', "byte 9: expected an escape that JSON knows"],
    ['{"mode":"\\ud800\\u0041"}', "byte 9: expected an escape that JSON knows"],
    ['{"mode":"\\udc00"}', "byte 9: expected an escape that JSON knows"],
    ['{"mode":"\\', "byte 9: expected an escape that JSON knows"],
    ['{"clusters":["a" "b"]}', 'byte 17: expected "," or "]"'],
    ['{"clusters":["a",]}', "byte 17: expected a value"],
    ['{"ports":{"1":-}}', "byte 15: expected a digit"],
    ['{"ports":{"1":01}}', 'byte 15: expected "," or "}"'],
    ['{"ports":{"1":+1}}', "byte 14: expected a value"],
    ['{"ports":{"1":1.0}}', "byte 15: expected a whole number"],
    ['{"ports":{"1":1e3}}', "byte 15: expected a whole number"],
    ['{"a":[[[[[[[[[[]]]]]]]]]]}', "byte 13: expected less nesting"],
    ['{"foo":1}', `foo: unknown field, ${knownFields}`],
    ['{"Mode":"istio"}', `Mode: unknown field, ${knownFields}`],
    ['{"":1}', `: unknown field, ${knownFields}`],
    ['{"mode clusters":1}', `mode clusters: unknown field, ${knownFields}`],
    ['{"a\\nb\\u00e9":1}', `a?b??: unknown field, ${knownFields}`],
    ['{"mode":"istio","mode":"istio"}', "mode: given twice"],
    ['{"mode":"both"}', 'mode: must be "standalone" or "istio"'],
    ['{"mode":""}', 'mode: must be "standalone" or "istio"'],
    ['{"mode":null}', 'mode: must be "standalone" or "istio"'],
    ['{"mode":["istio"]}', 'mode: must be "standalone" or "istio"'],
    ['{"onUndecided":"open"}', 'onUndecided: must be "continue" or "close"'],
    ['{"onUndecided":true}', 'onUndecided: must be "continue" or "close"'],
    ['{"namespace":""}', "namespace: must be a string that is not empty"],
    ['{"namespace":1}', "namespace: must be a string that is not empty"],
    ['{"clusters":[]}', "clusters: must be a list of at least one name"],
    ['{"clusters":"egress1"}', "clusters: must be a list of at least one name"],
    ['{"clusters":{"a":1}}', "clusters: must be a list of at least one name"],
    ['{"clusters":["a",""]}', "clusters[1]: must be a string that is not empty"],
    ['{"clusters":[1]}', "clusters[0]: must be a string that is not empty"],
    ['{"ports":[443]}', "ports: must be an object"],
    ['{"ports":{"443":"8443"}}', `ports[443]: ${ports}`],
    ['{"ports":{"443":0}}', `ports[443]: ${ports}`],
    ['{"ports":{"443":65536}}', `ports[443]: ${ports}`],
    ['{"ports":{"443":-1}}', `ports[443]: ${ports}`],
    [`{"ports":{"443":${"9".repeat(400)}}}`, `ports[443]: ${ports}`],
    ['{"ports":{"0":1}}', `ports[0]: ${ports}`],
    ['{"ports":{"65536":1}}', `ports[65536]: ${ports}`],
    ['{"ports":{"0443":1}}', `ports[0443]: ${ports}`],
    ['{"ports":{"http":1}}', `ports[http]: ${ports}`],
    ['{"ports":{"":1}}', `ports[]: ${ports}`],
    ['{"ports":{"443":1,"443":2}}', "ports[443]: given twice"],
    ['{"routes":{}}', "routes: must be a list"],
    ['{"routes":["10.0.0.0/8"]}', "routes[0]: must be an object with source and cluster"],
    ['{"routes":[{"cluster":"a"}]}', `routes[0].${range}`],
    [
      '{"routes":[{"source":"10.0.0.0/8"}]}',
      "routes[0].cluster: must be a string that is not empty",
    ],
    [
      '{"routes":[{"source":"10.0.0.0/8","cluster":"a"},{"source":"10.0.0.0/8","cluster":""}]}',
      "routes[1].cluster: must be a string that is not empty",
    ],
    [
      '{"routes":[{"source":"10.0.0.0/8","cluster":"a","port":1}]}',
      "routes[0].port: unknown field, known are source cluster",
    ],
    [
      '{"routes":[{"source":"::/0","source":"::/0","cluster":"a"}]}',
      "routes[0].source: given twice",
    ],
    ...[
      "10.0.0.0",
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/08",
      "10.0.0.0/-1",
      "10.0.0/8",
      "10.0.0.0/8 ",
      "2001:db8::/129",
      "[2001:db8::]/32",
      "fe80::%eth0/10",
      "any",
      "",
    ].map((source) => [
      JSON.stringify({ routes: [{ source, cluster: "a" }] }),
      `routes[0].${range}`,
    ]),
  ])("%j is refused: %s", (text, reason) => expect(refusal(text)).toBe(reason));

  test("bytes that are not UTF-8 are refused where they stand", () => {
    for (const bad of [
      "80",
      "c0af",
      "c3",
      "e0809f",
      "eda080",
      "f4908080",
      "f8888080",
      "fc80808080",
      "ff",
    ]) {
      const text = Buffer.concat([
        bytesOf('{"clusters":["a'),
        Buffer.from(bad, "hex"),
        bytesOf('"]}'),
      ]);
      expect(refusal(new Uint8Array(text)), bad).toBe("byte 15: expected UTF-8");
    }
  });

  test("a configuration above 1 MiB is refused: malloc has no room for it", () => {
    expect(clusters(`{"clusters":["egress1","egress2"]${" ".repeat(1_000_000)}}`)).toEqual(
      standalone,
    );
    expect(refusal(" ".repeat(1_048_577))).toBe(
      "proxy_get_buffer_bytes answered InvalidMemoryAccess",
    );
  });

  test("ten thousand clusters and routes", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const routes = names.map((cluster, i) => ({ source: `10.${i >> 8}.${i & 255}.0/24`, cluster }));
    const host = new Host();
    expect(host.configure(JSON.stringify({ clusters: names, routes }))).toBe(true);
    expect(host.metrics.size).toBe(10_002);
    host.connect("10.39.15.1:1");
    expect(clusterOf(host)).toBe("c9999");
  });
});

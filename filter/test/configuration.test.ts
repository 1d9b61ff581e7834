import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { bytesOf, debugModule, Host } from "./host.ts";
import { encodeEntries, encodeStruct, type StructValue } from "./protobufStruct.ts";

/** The clusters of sources …42 and …43 under a configuration that must be accepted. */
function clusters(configuration: string | Uint8Array): readonly (string | undefined)[] {
  const host = new Host();
  expect(host.configure(configuration), host.logs[0]?.text).toBe(true);
  expect(host.logs).toEqual([]);
  return ["10.0.0.42:1", "10.0.0.43:1"].map((source) => {
    host.connect(source, 443);
    return clusterOf(host);
  });
}

/** What the filter says about a configuration that it must refuse. */
function refusal(configuration: string | Uint8Array): string | undefined {
  const host = new Host();
  expect(host.configure(configuration)).toBe(false);
  expect(host.logs).toHaveLength(1);
  expect(host.logs[0]?.level).toBe(4);
  expect(host.metrics.size).toBe(0);
  return host.logs[0]?.text.replace(/^configuration refused: /, "");
}

const standalone = ["egress1", "egress2"];
const istio = [
  "outbound|443||egress1.default.svc.cluster.local",
  "outbound|443||egress2.default.svc.cluster.local",
];

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

describe("Struct", () => {
  test("the bytes that Envoy makes of {mode: istio}", () => {
    const bytes = Buffer.from("0a0f0a046d6f646512071a05697374696f", "hex");
    expect(encodeStruct({ mode: "istio" })).toEqual(new Uint8Array(bytes));
    expect(clusters(new Uint8Array(bytes))).toEqual(istio);
  });

  test("every field", () => {
    const configuration = encodeStruct({
      mode: "istio",
      clusters: ["egress1", "egress2"],
      namespace: "default",
      ports: { "443": 8443 },
      routes: [{ source: "10.1.0.0/16", cluster: "egress2" }],
      onUndecided: "close",
    });
    expect(clusters(configuration)).toEqual(istio.map((name) => name.replace("443", "8443")));
  });

  test.each<[StructValue & object, string]>([
    [{ mode: "x" }, 'mode: must be "standalone" or "istio"'],
    [{ mode: null }, 'mode: must be "standalone" or "istio"'],
    [{ clusters: [] }, "clusters: must be a list of at least one name"],
    [{ clusters: ["a", false] }, "clusters[1]: must be a string that is not empty"],
    [{ ports: { "1": 1.5 } }, "ports[1]: both ports must be whole numbers from 1 to 65535"],
    [{ ports: { "1": NaN } }, "ports[1]: both ports must be whole numbers from 1 to 65535"],
    [{ ports: { "1": Infinity } }, "ports[1]: both ports must be whole numbers from 1 to 65535"],
    [
      { deep: { a: [[1]] } },
      "deep: unknown field, known are mode clusters namespace ports routes onUndecided",
    ],
  ])("%j is refused as the same JSON is", (members, reason) =>
    expect(refusal(encodeStruct(members as { readonly [name: string]: StructValue }))).toBe(reason),
  );

  test("a name that stands twice is refused", () => {
    expect(
      refusal(
        encodeEntries([
          ["mode", "istio"],
          ["mode", "standalone"],
        ]),
      ),
    ).toBe("mode: given twice");
  });

  test("fields of an entry in any order, and padded lengths, are well formed", () => {
    const swapped = Buffer.from("0a0f12071a05697374696f0a046d6f6465", "hex");
    expect(clusters(new Uint8Array(swapped))).toEqual(istio);
    const padded = Buffer.from("0a8f000a046d6f646512071a05697374696f", "hex");
    expect(clusters(new Uint8Array(padded))).toEqual(istio);
  });

  test.each([
    ["one byte more", "0a0f0a046d6f646512071a05697374696f00"],
    ["one byte less", "0a0f0a046d6f646512071a0569737469"],
    ["an unknown field", "0a0f0a046d6f646512071a05697374696f1a00"],
    ["an unknown field of an entry", "0a050a016d1a00"],
    ["an unknown kind of value", "0a070a016d12023a00"],
    ["a string that is not UTF-8", "0a080a016d12031a01ff"],
    ["a length beyond the end", "0a7f0a046d6f646512071a05697374696f"],
    ["a length that never ends", "0affffffffffffffffffffff"],
    ["a length that wraps around", "0affffffff0f0a046d6f6465"],
    ["half a double", "0a080a016d120511000000"],
    ["text only after a line feed that is no white space", "0a78"],
  ])("%s is no Struct, and no text either", (_, hex) => {
    expect(refusal(new Uint8Array(Buffer.from(hex, "hex")))).toMatch(
      /^byte \d+: expected standalone, istio or a JSON object$/,
    );
  });

  test("text that begins with a line feed, the tag of a Struct, stays text", () => {
    for (const space of ["\n", "\n\n", "\n\r\n\t", "\n".repeat(64), "\n" + " ".repeat(40)]) {
      expect(clusters(space)).toEqual(standalone);
      expect(clusters(space + "istio" + space)).toEqual(istio);
      expect(clusters(space + '{"mode":"istio"}')).toEqual(istio);
    }
  });
});

describe("whatever bytes arrive", () => {
  /** Plays a configuration and a connection; a trap would throw. */
  function play(configuration: Uint8Array): void {
    for (const module of [undefined, debugModule]) {
      const host = new Host(module);
      const isAccepted = host.configure(configuration);
      if (!isAccepted) expect(host.logs.at(-1)?.text).toMatch(/^configuration refused: ./);
      host.connect("10.0.0.42:1");
      if (isAccepted) expect(host.logs.at(-1)?.text).toMatch(/^10\.0\.0\.42:1 -> ./);
    }
  }

  test("random bytes never trap", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), play));
  });

  test("damaged configurations never trap", () => {
    const whole = fc.constantFrom(
      bytesOf(
        '{"mode":"istio","clusters":["a\\u00e9","b"],"ports":{"443":8443},"routes":[{"source":"::/0","cluster":"c"}]}',
      ),
      encodeStruct({
        mode: "istio",
        clusters: ["a", "b"],
        ports: { "443": 8443 },
        routes: [{ source: "::/0", cluster: "c" }],
      }),
    );
    const damage = fc.array(fc.tuple(fc.nat(130), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(whole, damage, fc.nat(130), (bytes, changes, length) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        play(damaged);
        play(damaged.subarray(0, length));
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  test("deep nesting never traps", () => {
    play(bytesOf('{"a":' + "[".repeat(500_000)));
    play(bytesOf('{"a":'.repeat(100_000)));
    let value: StructValue = 1;
    for (let depth = 0; depth < 500; depth++) value = [value];
    play(encodeStruct({ a: value }));
  });

  test("JSON is understood as JSON.parse understands it", () => {
    const name = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (names, isPretty) => {
          const text = JSON.stringify({ clusters: names }, undefined, isPretty ? "\t" : undefined);
          const fromText = new Host();
          expect(fromText.configure(text)).toBe(true);
          fromText.connect("0.0.0.0:1");
          expect(clusterOf(fromText)).toBe(names[0]);
          const fromStruct = new Host();
          expect(fromStruct.configure(encodeStruct({ clusters: names }))).toBe(true);
          fromStruct.connect("0.0.0.0:1");
          expect(clusterOf(fromStruct)).toBe(names[0]);
        },
      ),
    );
  });
});

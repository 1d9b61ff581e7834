import { describe, expect, test } from "vitest";
import { clusters, istio, refusal, standalone } from "./configured.ts";
import { encodeEntries, encodeStruct, type StructValue } from "./protobufStruct.ts";

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

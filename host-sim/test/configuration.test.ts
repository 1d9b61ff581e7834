import { expect, it } from "vitest";
import { configurationBytes } from "../src/envoy/configuration.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

it("writes a Struct as protobuf, members in the order given", () => {
  expect(hex(configurationBytes({ struct: { mode: "istio" } }))).toBe(
    "0a0f0a046d6f646512071a05697374696f",
  );
});

// Compared with google.protobuf.Struct of Python's protobuf, SerializeToString.
it.each([
  [{ a: null }, "0a070a016112020800"],
  [{ a: 1.5 }, "0a0e0a0161120911000000000000f83f"],
  [{ a: true, b: false }, "0a070a0161120220010a070a016212022000"],
  [{ a: [1, "x"] }, "0a170a0161121232100a0911000000000000f03f0a031a0178"],
  [{ a: { b: "c" } }, "0a110a0161120c2a0a0a080a016212031a0163"],
])("writes %j", (struct, expected) => {
  expect(hex(configurationBytes({ struct }))).toBe(expected);
});

it("writes lengths above 127 in two bytes", () => {
  const bytes = configurationBytes({ struct: { a: "x".repeat(200) } });
  expect(hex(bytes.slice(0, 12))).toBe("0ad1010a016112cb011ac801");
});

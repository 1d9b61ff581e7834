/** CEL expressions that are not answered, since Envoy's answer is another or not known. */
import { describe, expect, it } from "vitest";
import { from, probe, scenario } from "../parity/cases/case.ts";
import { createExpression } from "../src/expressions.ts";
import { loadLibraries, simulate, type HostCall, type Libraries } from "../src/index.ts";

async function callsOf(expression: string, libraries?: Libraries): Promise<readonly HostCall[]> {
  const wasm = await probe("cel");
  const calls: HostCall[] = [];
  simulate(
    wasm,
    scenario({
      plugin: { configuration: `n${expression}` },
      connections: [from("10.0.0.42:51324", { close: "client" })],
    }),
    (it) => {
      const isForeign = it.kind === "hostCall" && it.name === "proxy_call_foreign_function";
      if (isForeign && it.vm === "worker" && it.connection !== undefined) calls.push(it);
    },
    { libraries: libraries ?? (await loadLibraries(wasm)) },
  );
  return calls;
}

describe("CEL expressions", () => {
  it("of bytes that are no UTF-8 are refused in the parser's words", () => {
    expect(createExpression(new Uint8Array([0x61, 0xff]))).toMatchObject({
      log: "expr_create parse error: cannot parse malformed UTF-8 input",
    });
  });

  it.each([
    "'5'.int()",
    "timestamp('2020-02-03T0:05:06Z')",
    "[1, 2][true]",
    "[1].exists(.x, true)",
    "b'\\xf 0'",
    "'\\q'",
    "'a'.type()",
    "-5u",
    "// only a comment",
    "-(-source.port)",
    "true && !((!true))",
    "1uint(2)",
    "source.port ints",
    "b'\\3(03'",
    "duration('inf')",
    "duration('1.5ns')",
    "duration('300000000000s')",
    "0.0 / 0.0",
    "1 // comment",
    "1.string()",
    "18446744073709551616u",
    "9223372036854775808",
    "Foo{}",
    "[{'a': 1}].exists(x, has(x.a))",
    "a.`b`",
    "b'\\u0041'",
    "connection",
    "contains('a', 'b')",
    "double('inf')",
    "double('nan')",
    "getHours(duration('90m'))",
    "google.protobuf.Duration{seconds: 1}",
    "google.protobuf.Int64Value{value: 1}",
    "has([1].x)",
    "has(metadata.filter_metadata)",
    "has(request.headers.a.b)",
    "has(xds.node)",
    "matches('hello', 'l+')",
    "metadata",
    "metadata.filter_metadata",
    "size(b'h\\u00e9')",
    "size(source)",
    "source",
    "source == source",
    "source.all(k, true)",
    "source.port.string()",
    "source['po' + 'rt']",
    "startsWith('abc', 'a')",
    "string(1.0/0.0)",
    "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
    "type(source)",
    "uint(18446744073709551615.0)",
    "xds",
    "xds.listener_metadata",
    "xds.node",
  ])("marks as not modelled: %s", async (expression) => {
    const calls = await callsOf(expression);
    expect(calls.at(-1)).toMatchObject({ status: "Unimplemented", notModelled: true });
  });

  it.each(["{'a': 1, 'b': 2}", "[{1: 1, 2: 2}]", "{'a': 1, 'b': 2}.map(k, k)"])(
    "marks what depends on the order in a map: %s",
    async (expression) => {
      const calls = await callsOf(expression);
      expect(calls.at(-1)).toMatchObject({ status: "Unimplemented", notModelled: true });
    },
  );

  it.each(["flat", "flat.field", "filter_state['wasm.flat']"])(
    "marks what has a schema as not modelled: %s",
    async (expression) => {
      const calls = await callsOf(expression);
      expect(calls.at(-1)).toMatchObject({ status: "Unimplemented", notModelled: true });
    },
  );

  it.each([
    ["source.port % 2 == 0 ? 'even' : 'odd'", "even"],
    ["source.address", "10.0.0.42:51324"],
    ["'a' + string(1 + 2 * 3)", "a7"],
  ])("evaluates %s", async (expression, value) => {
    const [create, evaluate] = await callsOf(expression);
    expect(create).toMatchObject({ status: "Ok" });
    expect(evaluate?.results[0]).toMatchObject({
      value: { bytes: new TextEncoder().encode(value) },
    });
  });

  it.each([
    ["1 / 0", "InternalFailure"],
    ["unset", "InternalFailure"],
    ["null", "SerializationFailure"],
  ])("says what Envoy says to %s", async (expression, status) => {
    expect((await callsOf(expression))[1]).toMatchObject({ status });
  });

  it.each(["1 +", "foo(1)", "has(1)"])("refuses %s", async (expression) => {
    const calls = await callsOf(expression);
    expect(calls.map(({ status }) => status)).toEqual(["BadArgument"]);
  });

  it("marks expr_create as not modelled without the library", async () => {
    expect(await callsOf("1", {})).toMatchObject([{ notModelled: true }]);
  });
});

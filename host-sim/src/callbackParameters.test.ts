import { expect, it } from "vitest";
import { callbackParameters } from "./callbackParameters.ts";
import { callbacksOf } from "./preflight/guestExports.ts";

it("names as many parameters as Envoy demands of each callback", () => {
  const demanded = callbacksOf("0.2.1");
  for (const [name, parameters] of Object.entries(callbackParameters)) {
    expect(demanded.get(name)?.params, name).toHaveLength(parameters.length);
  }
});

it("knows every callback but those of HTTP streams and those that nothing on TCP leads to", () => {
  const others = [...callbacksOf("0.2.1").keys()].filter((name) => !(name in callbackParameters));
  expect(others.filter((name) => !/^proxy_on_(?:request|response)_/.test(name))).toEqual([
    "proxy_validate_configuration",
    "proxy_on_foreign_function",
    "envoy_on_stats_update",
  ]);
});

import { describe, expect, it } from "vitest";
import { configurationOf, notCarried } from "./notCarried.ts";

const empty = { clusters: {}, connections: [] };

describe("notCarried", () => {
  it("has nothing to say about defaults, written out or not", () => {
    expect(notCarried(empty)).toEqual([]);
    const plugin = { failurePolicy: "FAIL_CLOSED", logLevel: "info", environment: {} } as const;
    expect(notCarried({ ...empty, plugin })).toEqual([]);
  });

  it("names what the files say otherwise", () => {
    const plugin = {
      failurePolicy: "FAIL_OPEN",
      logLevel: "debug",
      environment: { A: "b" },
      vmId: "shared",
    } as const;
    expect(notCarried({ ...empty, plugin }).join("\n")).toMatch(
      /FAIL_OPEN; the files say FAIL_CLOSED[^]*wasm:debug[^]*: VM ID, environment\.$/,
    );
  });

  it("takes the first of several plugins", () => {
    const document = { ...empty, plugins: [{ configuration: "a" }, { configuration: "b" }] };
    expect(notCarried(document)).toEqual([
      "The scenario has 2 plugins; the files run the first one.",
    ]);
    expect(configurationOf(document)).toBe("a");
  });
});

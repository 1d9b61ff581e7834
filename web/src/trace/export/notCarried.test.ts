import { describe, expect, it } from "vitest";
import { configurationOf, notCarried } from "./notCarried.ts";

const empty = { clusters: {}, connections: [] };

describe("notCarried", () => {
  it("has nothing to say about defaults, and about what the files take over", () => {
    expect(notCarried(empty)).toEqual([]);
    const plugin = { failurePolicy: "FAIL_OPEN", logLevel: "debug", environment: {} } as const;
    expect(notCarried({ ...empty, plugin })).toEqual([]);
  });

  it("names what the files say otherwise", () => {
    const plugin = {
      reloadBackoff: "2s",
      environment: { A: "b" },
      vmId: "shared",
    } as const;
    expect(notCarried({ ...empty, plugin }).join("\n")).toMatch(
      /interval of FAIL_RELOAD[^]*: VM ID, environment\.$/,
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

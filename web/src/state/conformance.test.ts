import { describe, expect, it } from "vitest";
import stored from "../../../host-sim/conformance.json";
import { countLevels, levelOf, matchingRows } from "./conformance.ts";

const rows = [
  { name: "proxy_log", coverage: "modelled", cases: 82 },
  { name: "fd_sync", coverage: "modelled", cases: 0 },
  { name: "proxy_get_property", coverage: "partly", cases: 47 },
  { name: "envoy_resolve_dns", coverage: "notModelled", cases: 0 },
];
const namesOf = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

describe("conformance", () => {
  it("is proven only where Envoy has been asked", () => {
    expect(rows.map(levelOf)).toEqual(["proven", "modelled", "partly", "notModelled"]);
    expect(countLevels(rows)).toEqual({ proven: 1, modelled: 1, partly: 1, notModelled: 1 });
  });

  it("is searched by every word, in any column and in the words of the page", () => {
    expect(namesOf(matchingRows(rows, "PROXY", undefined))).toEqual([
      "proxy_log",
      "proxy_get_property",
    ]);
    expect(namesOf(matchingRows(rows, "proxy property", undefined))).toEqual([
      "proxy_get_property",
    ]);
    expect(namesOf(matchingRows(rows, "not modelled", undefined))).toEqual(["envoy_resolve_dns"]);
    expect(namesOf(matchingRows(rows, "proxy", "proven"))).toEqual(["proxy_log"]);
    expect(matchingRows(rows, "sqlite", undefined)).toEqual([]);
  });

  it("reads the stored table", () => {
    const { behaviours, functions } = stored;
    expect(matchingRows(functions, "proxy_get_property", undefined)).toHaveLength(1);
    expect(countLevels([...behaviours, ...functions]).proven).toBeGreaterThan(50);
  });
});

import { describe, expect, it } from "vitest";
import { clusterMarks } from "./clusterMarks.ts";
import { connectionState } from "./connections.ts";
import { fit, fitSans, sansWidth, wrap } from "./fitText.ts";
import { flowModel } from "./flowModel.ts";
import { document, even, runOf } from "./testRun.ts";
import { refusedRun } from "./testRefusedRun.ts";

type Run = ReturnType<typeof runOf>;
function model(
  events: Run,
  from: { cursor?: number; clusters?: typeof document.clusters; max?: number } = {},
) {
  const used = { ...document, clusters: from.clusters ?? document.clusters };
  const marks = clusterMarks(used);
  return flowModel(connectionState(events, "a", marks), {
    events,
    document: used,
    marks,
    index: 0,
    cursor: from.cursor,
    moduleName: "some.wasm",
    maxClusters: from.max ?? 8,
  });
}

describe("flowModel", () => {
  const events = runOf(even);
  it("shows what the filter read and wrote", () => {
    const { vm, filterState, proxy } = model(events);
    expect(vm.lines.map(({ text }) => text)).toEqual([
      "source.address",
      "10.0.0.42:51324",
      "3 host calls",
    ]);
    expect(filterState.value.text).toBe("= egress1");
    expect(filterState.note).toMatch(/^set #\d+, read #\d+$/);
    expect(proxy.text).toBe("uses filter state");
  });
  it("does not know more than the playhead", () => {
    const { vm, filterState, proxy } = model(events, { cursor: 1 });
    expect(vm.lines.map(({ text }) => text)).toContain("not read yet");
    expect(filterState.value.text).toBe("(empty)");
    expect(filterState.note).toMatch(/^will be set at #\d+$/);
    expect(proxy.text).toBe("picks the cluster");
  });
  it("adds a ghost for a cluster that Envoy does not know", () => {
    const { clusters } = model(runOf({ ...even, cluster: "egress9", found: false }));
    expect(clusters[0]).toMatchObject({ name: "egress9", isGhost: true, endpoint: "not defined" });
  });
  it("keeps the chosen cluster and tcp_proxy's own when there is no room for all", () => {
    const names = ["a", "b", "c", "d", "e", "egress1", "default"];
    const clusters = Object.fromEntries(names.map((name) => [name, { endpoints: [] }]));
    const kept = model(events, { clusters, max: 4 });
    expect(kept.clusters.map(({ name }) => name)).toEqual(["a", "egress1", "default"]);
    expect(kept.others).toEqual(["b", "c", "d", "e"]);
  });
  it("says that no listener was added for a refused plugin", () => {
    const { listener, vm } = model(refusedRun());
    expect(listener).toEqual({ text: "not added", tone: "bad" });
    expect(vm.lines.map(({ text }) => text)).toEqual(["configure", "refused"]);
  });
});

describe("text in drawings", () => {
  it("cuts and breaks to the width", () => {
    expect(fit("10.0.0.42:51324", 66, 6.6)).toBe("10.0.0.42…");
    expect(wrap("2001:db8:85a3::8a2e:370:7334", 99, 6.6, 2)).toEqual([
      "2001:db8:85a3::",
      "8a2e:370:7334",
    ]);
    for (const line of wrap("x".repeat(99), 80, 6.6, 2))
      expect(line.length * 6.6).toBeLessThanOrEqual(80);
    expect(wrap("short", 80, 6.6, 2)).toEqual(["short"]);
  });
  it("keeps proportional text within its width", () => {
    for (const text of ["WWWWWWWWWWWW", "a-very-long-cluster-name", "iiiiiiiiiiiiiiiiiiiiiiiiiii"])
      expect(sansWidth(fitSans(text, 90, 12.5).slice(0, -1), 12.5)).toBeLessThanOrEqual(90);
    expect(fitSans("egress1", 90, 12.5)).toBe("egress1");
  });
});

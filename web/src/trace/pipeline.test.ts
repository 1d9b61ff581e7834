import { describe, expect, it } from "vitest";
import type { TraceEvent } from "wasmerang";
import { clusterMarks } from "./clusterMarks.ts";
import { connectionState } from "./connections.ts";
import { filterStateWrites } from "./filterStateAt.ts";
import { pipelineAt, stationOf } from "./pipeline.ts";
import { document, even, odd, runOf } from "./testRun.ts";
import { refusedRun } from "./testRefusedRun.ts";

const marks = clusterMarks(document);
const progress = (events: readonly TraceEvent[], cursor?: number, id = "a") =>
  Object.fromEntries(
    Object.entries(pipelineAt(connectionState(events, id, marks), cursor).stations).map(
      ([name, station]) => [name, station.progress],
    ),
  );

describe("pipelineAt", () => {
  const events = runOf(even, odd);
  const write = connectionState(events, "a", marks).facts.write?.seq ?? 0;
  it("has done everything when the whole run is shown", () => {
    expect(new Set(Object.values(progress(events)))).toEqual(new Set(["done"]));
  });
  it("is ahead of the playhead from there on", () => {
    expect(progress(events, write)).toMatchObject({
      filter: "done",
      filterState: "done",
      tcpProxy: "ahead",
      cluster: "ahead",
    });
    expect(progress(events, write - 1)).toMatchObject({ filterState: "ahead" });
  });
  it("crosses out the station that failed, once it has", () => {
    const missing = runOf({ ...even, cluster: "egress9", found: false });
    expect(progress(missing)).toMatchObject({ cluster: "failed", destination: "off" });
    expect(progress(missing, 1)).toMatchObject({ cluster: "ahead" });
    const trapped = runOf({ ...even, traps: true });
    expect(progress(trapped)).toMatchObject({
      filter: "failed",
      tcpProxy: "off",
      filterState: "off",
    });
    expect(progress(refusedRun())).toMatchObject({ listener: "off", filter: "failed" });
    expect(progress(runOf({ ...even, connect: "refused" }))).toMatchObject({ cluster: "failed" });
  });
});

it("places every event of a run at a station", () => {
  const events = runOf(even);
  const write = events.find(
    (event) => event.kind === "hostCall" && event.effects[0]?.kind === "filterStateChange",
  );
  expect(write && stationOf(events, write)).toBe("filterState");
  expect(events.every((event) => stationOf(events, event) !== undefined)).toBe(true);
});

it("lists the writes of filter state by connection and key", () => {
  const events = runOf(even);
  const seq = connectionState(events, "a", marks).facts.write?.seq;
  const writes = filterStateWrites(events).get("a")?.get("envoy.tcp_proxy.cluster");
  expect(writes).toMatchObject([{ seq, span: "FilterChain" }]);
  expect(filterStateWrites(events).get("b")).toBeUndefined();
});

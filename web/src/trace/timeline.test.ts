import { describe, expect, it } from "vitest";
import { document, even, odd, runOf } from "./testRun.ts";
import { visibleRows } from "./rows.ts";
import { laneNames, laneView, timelineModel } from "./timelineModel.ts";
import { moveTo, startLength, tickStep, timeText, zoom } from "./timelineScale.ts";

describe("timelineModel", () => {
  const events = runOf(even, { ...odd, traps: true });
  const model = timelineModel(events);
  const rows = visibleRows(events);
  it("has a lane for the plugin and for each connection", () => {
    expect([...model.lanes.keys()]).toEqual([undefined, "a", "b"]);
    expect(model.count).toBe(rows.length);
  });
  it("draws a callback from its call to its return, over its host calls", () => {
    const callback = model.lanes.get("a")?.find(({ label }) => label === "new_connection");
    const end = rows[callback?.last ?? -1]?.event;
    expect(end).toMatchObject({ kind: "guestExit", enter: callback?.seq });
    const inside = model.lanes.get("a")?.filter(({ tier }) => tier === "call") ?? [];
    expect(inside.map(({ letter }) => letter)).toEqual(["P", "F", "L"]);
    expect(inside.every(({ first }) => first > (callback?.first ?? 0))).toBe(true);
    expect(inside.find(({ letter }) => letter === "F")?.isRoute).toBe(true);
  });
  it("cuts a callback that trapped before its trap", () => {
    const lane = model.lanes.get("b") ?? [];
    const cut = lane.find(({ isCut }) => isCut);
    const trap = lane.find(({ isTrap }) => isTrap);
    expect(cut && trap && cut.last < trap.first).toBe(true);
  });
});

describe("laneView", () => {
  const model = timelineModel(runOf(even, odd));
  const [first, last] = [
    model.lanes.get("b")?.[0]?.seq ?? 0,
    model.lanes.get("b")?.at(-1)?.seq ?? 0,
  ];
  it("stays the same while the playhead is elsewhere", () => {
    expect(laneView(model, "b", 1, 1)).toEqual(laneView(model, "b", first - 1, 2));
    expect(laneView(model, "b", last, undefined)).toEqual(
      laneView(model, "b", last + 9, undefined),
    );
  });
  it("follows it inside the lane", () => {
    expect(laneView(model, "b", first + 1, first + 1)).toEqual({
      cursor: first + 1,
      selected: first + 1,
    });
    expect(laneView(model, "b", undefined, undefined).cursor).toBeUndefined();
  });
});

it("names lanes by IP where that is enough", () => {
  expect(laneNames(document)).toEqual(["10.0.0.42", "10.0.0.43"]);
  const connections = ["[2001:db8::1]:1", "10.0.0.1:1", "10.0.0.1:2"].map((source) => ({
    source,
    destination: "1.1.1.1:1",
  }));
  expect(laneNames({ clusters: {}, connections })).toEqual([
    "2001:db8::1",
    "10.0.0.1:1",
    "10.0.0.1:2",
  ]);
});

describe("the window of the order axis", () => {
  it("shows the whole run while bars are wide enough", () => {
    expect(startLength(45, 600)).toBe(45);
    expect(startLength(5000, 600)).toBe(75);
    expect(startLength(0, 600)).toBe(1);
  });
  it("follows the focus and stays within the run", () => {
    const window = { start: 0, length: 100 };
    expect(moveTo(window, 1000, 50)).toEqual(window);
    expect(moveTo(window, 1000, 500)).toEqual({ start: 450, length: 100 });
    expect(moveTo(window, 1000, 999)).toEqual({ start: 900, length: 100 });
  });
  it("keeps the row under the pointer when zooming", () => {
    const near = zoom({ start: 100, length: 100 }, 1000, 150, 0.5);
    expect(near).toEqual({ start: 125, length: 50 });
    expect(zoom(near, 1000, 150, 100)).toEqual({ start: 0, length: 1000 });
    expect(zoom({ start: 0, length: 4 }, 4, 0, 0.1)).toEqual({ start: 0, length: 4 });
  });
  it("labels in round steps", () => {
    expect(tickStep(30, 26)).toBe(1);
    expect(tickStep(13, 26)).toBe(2);
    expect(tickStep(1, 26)).toBe(50);
  });
  it("writes times with their unit", () => {
    expect([0, 250, 1500, 5e6, 1.5e9].map(timeText)).toEqual([
      "0",
      "250 ns",
      "1.5 µs",
      "5 ms",
      "1.5 s",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import { addressList } from "../sweep/plan.ts";
import { document, filterStateArguments, pluginStart, recorder, string } from "../testRun.ts";
import { comparedRows, firstDifference, nextDifference, type ComparedRun } from "./comparedRows.ts";
import { changesCsv, changesText, matrixOf, routeChanges } from "./routeChanges.ts";
import { changedConnections, comparedVerdict } from "./verdict.ts";

const configured = (configuration: string): ScenarioDocument => ({
  ...document,
  plugin: { configuration },
  connections: [{ id: "a", source: "10.0.0.42:51324", destination: "9.9.9.9:443", steps: [] }],
});

/** A filter that logs its configuration, and names a cluster for its only connection. */
function runOf(configuration: string, cluster: string | undefined): ComparedRun {
  const made = recorder();
  const { add, call, events } = made;
  pluginStart(made);
  const enter = add({ kind: "guestEnter", callback: "proxy_on_configure", args: [1, 9] });
  call("proxy_log", { parent: enter, args: [string("message", configuration)] });
  add({ kind: "guestExit", callback: "proxy_on_configure", enter, returned: 1 });
  add({ kind: "pluginResult", accepted: true });
  const connection = "a";
  add({
    kind: "accept",
    source: "10.0.0.42:51324",
    destination: "9.9.9.9:443",
    connectionId: 0n,
    filter: "present",
    connection,
  } as unknown as Parameters<typeof add>[0]);
  const started = add({
    kind: "guestEnter",
    callback: "proxy_on_new_connection",
    args: [2],
    connection,
    contextId: 2,
  });
  if (cluster !== undefined) {
    const value = filterStateArguments(cluster);
    call("proxy_call_foreign_function", {
      parent: started,
      connection,
      // Elsewhere in memory with each cluster: no difference in itself.
      args: [
        string("name", "set_envoy_filter_state", 1000 + events.length),
        {
          name: "arguments",
          value: { kind: "bytes", pointer: 8, length: value.length, bytes: value },
        },
      ],
    });
  }
  add({
    kind: "guestExit",
    callback: "proxy_on_new_connection",
    enter: started,
    returned: 0,
    connection,
    contextId: 2,
  });
  add({
    kind: "clusterDecision",
    cluster: cluster ?? "default",
    by: cluster === undefined ? "cluster" : "filterState",
    found: true,
    connection,
  });
  return { events, document: configured(configuration) };
}

const kinds = (a: ComparedRun, b: ComparedRun) =>
  comparedRows(a, b, "a")
    .filter(({ kind }) => kind !== "same")
    .map(({ kind, isInput, a, b }) => {
      const event = (a ?? b)?.event;
      const name = event && "name" in event ? event.name : event?.kind;
      return `${name} ${isInput ? "input" : kind}`;
    });

describe("comparedRows", () => {
  it("finds nothing in equal runs", () => {
    const pairs = comparedRows(runOf("x", "egress1"), runOf("x", "egress1"), "a");
    expect(pairs.every(({ kind }) => kind === "same")).toBe(true);
    expect(firstDifference(pairs)).toBe(-1);
    expect(nextDifference(pairs, undefined, 1)).toBeUndefined();
  });

  it("tells what is read from what is done", () => {
    expect(kinds(runOf("x", "egress1"), runOf("y", "egress2"))).toEqual([
      "proxy_log input",
      "proxy_call_foreign_function differs",
      "clusterDecision differs",
    ]);
  });

  it("counts a different log in configure as behaviour where the configuration is the same", () => {
    const b = { ...runOf("y", "egress1"), document: configured("x") };
    expect(kinds(runOf("x", "egress1"), b)).toEqual(["proxy_log differs"]);
  });

  it("aligns by the name of the call when one side makes fewer", () => {
    const [a, b] = [runOf("x", "egress1"), runOf("x", undefined)];
    expect(kinds(a, b)).toEqual(["proxy_call_foreign_function onlyA", "clusterDecision differs"]);
    const pairs = comparedRows(a, b, "a");
    const first = firstDifference(pairs);
    expect(nextDifference(pairs, first, 1)).toBe(first + 2);
    expect(nextDifference(pairs, first + 2, 1)).toBe(first);
    expect(nextDifference(pairs, first, -1)).toBe(first + 2);
    expect(kinds(b, a)[0]).toBe("proxy_call_foreign_function onlyB");
  });

  it("aligns traces that have nothing in common", () => {
    const { add, events } = recorder();
    for (let index = 0; index < 6000; index++)
      add({ kind: "log", level: "info", line: `${index}`, shown: true } as Parameters<
        typeof add
      >[0]);
    const pairs = comparedRows({ events, document }, runOf("x", "egress1"), "a");
    expect(pairs.filter(({ a }) => a)).toHaveLength(6000);
    expect(firstDifference(pairs)).toBeGreaterThanOrEqual(0);
  });
});

describe("comparedVerdict", () => {
  it("says both outcomes", () => {
    const done = { status: "done" } as const;
    const a = { ...runOf("x", "egress1"), ...done };
    const b = { ...runOf("x", undefined), ...done };
    expect(comparedVerdict(a, b, 0)).toMatchObject({
      subject: "10.0.0.42:51324",
      a: { says: "goes to egress1", mark: "r1" },
      b: { says: "goes to default", mark: "rd" },
      isSame: false,
    });
    expect(comparedVerdict(a, a, 0)?.isSame).toBe(true);
    expect(comparedVerdict(a, b, 1)).toBeUndefined();
    expect(changedConnections(a, b)).toEqual([0]);
    expect(changedConnections(a, a)).toEqual([]);
  });
});

describe("routeChanges", () => {
  const routed = (cluster: string): SweepOutcome => ({
    kind: "routed",
    cluster,
    by: "filterState",
  });
  // The same outcome has another number on each side.
  const a = { codes: Uint8Array.from([1, 2, 1, 2]), table: [routed("egress1"), routed("egress2")] };
  const b = { codes: Uint8Array.from([2, 1, 1, 0]), table: [routed("egress2"), routed("egress1")] };
  const changes = routeChanges(a, b, document);

  it("counts what both sides answered", () => {
    expect([changes.asked, changes.changed]).toEqual([3, 1]);
    expect(changesText(changes)).toBe("1 of 3 addresses changes route: 1 from egress1 to egress2");
    expect(changesText(routeChanges(a, a, document))).toBe("None of 4 addresses changes route");
    const nothing = { codes: new Uint8Array(4), table: [] };
    expect(changesText(routeChanges(a, nothing, document))).toBe("Nothing known yet");
  });

  it("makes a matrix with first examples", () => {
    const { from, to, cell } = matrixOf(changes);
    expect(from.map(({ name }) => name).sort()).toEqual(["egress1", "egress2"]);
    const [one, two] = [
      from.find(({ name }) => name === "egress1"),
      to.find(({ name }) => name === "egress2"),
    ];
    expect(one && two && cell(one, two)).toMatchObject({ count: 1, first: [2] });
    expect(one && cell(one, one)?.count).toBe(1);
  });

  it("saves only what changed", () => {
    const plan = { ranges: ["10.0.0.0/30"], sourcePort: 1, destinations: ["9.9.9.9:443"] };
    expect(changesCsv(a, b, changes, plan, addressList(plan.ranges)).join("")).toBe(
      [
        "source,destination,outcome_a,cluster_a,by_a,outcome_b,cluster_b,by_b",
        "10.0.0.2,9.9.9.9:443,routed,egress1,filterState,routed,egress2,filterState",
        "",
      ].join("\r\n"),
    );
  });
});

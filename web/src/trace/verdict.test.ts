import { describe, expect, it } from "vitest";
import type { TraceEvent } from "wasmerang";
import { clusterMarks } from "./clusterMarks.ts";
import { connectionState } from "./connections.ts";
import { partsText } from "./parts.ts";
import { document, even, odd, recorder, pluginStart, runOf } from "./testRun.ts";
import { refusedRun } from "./testRefusedRun.ts";
import { verdictOf, type RunStatus } from "./verdict.ts";

const marks = clusterMarks(document);
function judge(events: readonly TraceEvent[], id = "a", status: RunStatus = "done") {
  const state = connectionState(events, id, marks);
  const verdict = verdictOf(events, state, "10.0.0.42:51324", { status, document });
  return { ...verdict, outcome: state.outcome, reason: partsText(verdict.reason) };
}
const seqOf = (events: readonly TraceEvent[], test: (event: TraceEvent) => boolean) =>
  events.find(test)?.seq;

describe("verdictOf", () => {
  it("says where a routed connection goes and who wrote and read it", () => {
    const events = runOf(even, odd);
    const verdict = judge(events);
    const written = seqOf(
      events,
      (e) => e.kind === "hostCall" && e.effects[0]?.kind === "filterStateChange",
    );
    const read = seqOf(events, (e) => e.kind === "clusterDecision");
    expect(verdict).toMatchObject({ tone: "plain", goesTo: true, object: "egress1", mark: "r1" });
    expect(verdict.reason).toContain(
      `The filter wrote envoy.tcp_proxy.cluster at #${written}, tcp_proxy read it at #${read}.`,
    );
    expect(verdict.reason).toContain("It logged 10.0.0.42:51324 -> egress1");
    expect(judge(events, "b")).toMatchObject({ object: "egress2", mark: "r2" });
  });
  it("shortens Istio's names and keeps the full one", () => {
    const cluster = "outbound|443||egress1.default.svc.cluster.local";
    expect(judge(runOf({ ...even, cluster }))).toMatchObject({ object: "egress1", full: cluster });
  });
  it("says when the filter decided nothing", () => {
    const { cluster: _, ...undecided } = even;
    const verdict = judge(runOf(undecided));
    expect(verdict).toMatchObject({ tone: "warn", object: "default", mark: "rd" });
    expect(verdict.reason).toMatch(
      /^The filter made no decision for this source \(#\d+\), so tcp_proxy used its own cluster field at #\d+\. No egress rule applied\./,
    );
  });
  it("names a cluster that is not defined", () => {
    const verdict = judge(runOf({ ...even, cluster: "egress9", found: false }));
    expect(verdict).toMatchObject({
      tone: "bad",
      object: "closed: no cluster egress9",
      mark: "bad",
    });
    expect(verdict.reason).toContain("Response flag NC.");
  });
  it("names a cluster that refused", () => {
    const verdict = judge(runOf({ ...even, connect: "refused" }));
    expect(verdict.outcome).toEqual({ kind: "failed", cause: "UF,URX", cluster: "egress1" });
    expect(verdict.reason).toContain("10.1.0.11:8080 refused the connection");
  });
  it("says what a trap does, to this connection and to the next", () => {
    const events = runOf({ ...even, traps: true }, { ...odd, filter: "closed" });
    expect(judge(events)).toMatchObject({ object: "closed: the filter trapped" });
    expect(judge(events).reason).toContain("RuntimeError: unreachable");
    expect(judge(events, "b")).toMatchObject({ object: "closed: the VM has failed" });
    expect(judge(events, "b").reason).toContain("before this connection came");
  });
  it("says when the filter was left out", () => {
    const { cluster: _, ...skipped } = { ...odd, filter: "skipped" as const };
    const verdict = judge(runOf({ ...even, traps: true }, skipped), "b");
    expect(verdict.object).toBe("default");
    expect(verdict.reason).toContain("Envoy left the filter out of this connection");
  });
  it("says when the filter stopped the connection for good", () => {
    const { cluster: _, ...stopped } = { ...even, stops: true };
    expect(judge(runOf(stopped))).toMatchObject({
      object: "waiting: the filter returned StopIteration and nothing resumes it",
      mark: "stalled",
    });
  });
  it("quotes the filter when its configuration was refused", () => {
    const verdict = judge(refusedRun());
    expect(verdict).toMatchObject({
      object: "not accepted: configuration rejected",
      mark: "refused",
      subject: "10.0.0.42:51324",
    });
    expect(verdict.reason).toContain("proxy_on_configure returned false at #");
    expect(verdict.reason).toContain("expected ':' at byte 23");
  });
  it("gives Envoy's reason when the module was refused", () => {
    const run = recorder();
    run.add({
      kind: "pluginResult",
      accepted: false,
      stage: "link",
      reason: "missing import env.x.",
    });
    expect(judge(run.events).reason).toBe(
      "Envoy refused the module (linking its imports) at #1: missing import env.x. No connection was accepted.",
    );
  });
  it("names the callback that never returned", () => {
    const run = recorder();
    pluginStart(run);
    run.add({
      kind: "guestEnter",
      callback: "proxy_on_new_connection",
      args: [2],
      contextId: 2,
      connection: "a",
    });
    expect(judge(run.events, "a", "timedOut").reason).toMatch(
      /^Stopped: no event for 3 s in proxy_on_new_connection at #\d+\. Envoy has no such limit; its worker would hang\.$/,
    );
    expect(judge(run.events, "a", "running").object).toBe("running");
  });
});

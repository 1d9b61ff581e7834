import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { TraceEvent } from "wasmerang";
import { useStore } from "../../state/store.ts";
import { document as scenario, even, odd, recorder, runOf, utf8 } from "../../trace/testRun.ts";
import { refusedRun } from "../../trace/testRefusedRun.ts";
import { numberOf } from "../../trace/rows.ts";
import { Inspector } from "../Inspector.tsx";
import { Verdict } from "../Verdict.tsx";

let root: Root;
let frame: HTMLElement;
// Loaded when one is needed; then it is there at the end of the same act.
beforeAll(() => import("./EventDetail.tsx"));
beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  frame = document.createElement("div");
  document.body.append(frame);
  root = createRoot(frame);
});
afterEach(() => {
  act(() => root.unmount());
  frame.remove();
  vi.unstubAllGlobals();
});

async function show(events: readonly TraceEvent[], selected?: number): Promise<string> {
  await act(async () => {
    useStore.getState().setRun({ status: "done", module: undefined, events, document: scenario });
    useStore.getState().selectConnection(0);
    useStore.getState().select(selected);
    root.render(
      <>
        <Verdict />
        <Inspector />
      </>,
    );
  });
  return frame.textContent;
}
const seqOf = (events: readonly TraceEvent[], test: (event: TraceEvent) => boolean) =>
  events.find(test)?.seq ?? -1;

describe("Inspector", () => {
  it("shows the deciding call when nothing is selected", async () => {
    const text = await show(runOf(even, odd));
    expect(text).toContain("proxy_call_foreign_function");
    expect(text).toContain("SetEnvoyFilterStateArguments");
    expect(text).toContain("envoy.tcp_proxy.cluster = egress1");
    expect(text).toContain("span0 BFilterChain (default, not sent)");
  });
  it("decodes a property with its bytes", async () => {
    const events = runOf(even);
    const seq = seqOf(
      events,
      (event) => event.kind === "hostCall" && event.name === "proxy_get_property",
    );
    const text = await show(events, seq);
    expect(text).toContain('path"source\\0address" 14 B');
    expect(text).toContain('"10.0.0.42:51324"');
    expect(text).toContain("0000" + "31302e302e302e34"); // 10.0.0.4
  });
  it("says why a property is absent", async () => {
    const run = recorder();
    const parent = run.add({ kind: "guestEnter", callback: "proxy_on_new_connection", args: [2] });
    const seq = run.call("proxy_get_property", {
      parent,
      status: "NotFound",
      returned: 1,
      effects: [
        { kind: "propertyRead", path: ["upstream", "address"], absent: "no host is chosen yet" },
      ],
    });
    expect(await show(run.events, seq)).toContain("no host is chosen yet");
  });
  it("shows all three places that a cluster can come from", async () => {
    const events = runOf({ ...even, cluster: "egress9", found: false });
    const text = await show(
      events,
      seqOf(events, (event) => event.kind === "clusterDecision"),
    );
    expect(text).toContain("Cluster egress9 is not defined");
    expect(text).toContain("weighted_clustersnot configured");
    expect(text).toMatch(/filter stateegress9 #\d+used/);
    expect(text).toContain("default, not used");
  });
  it("says what a trap and a refusal lead to", async () => {
    const trapped = runOf({ ...even, traps: true });
    expect(await show(trapped)).toMatch(/FAIL_CLOSED.*In use\..*FAIL_OPEN/);
    const refused = await show(refusedRun());
    expect(refused).toContain("Envoy refuses this configuration");
    expect(refused).toContain("Wasm VM failed Failed to configure base Wasm plugin");
  });
  it("has a view for every kind of event", async () => {
    const run = recorder();
    const enter = run.add({ kind: "guestEnter", callback: "proxy_on_tick", args: [1] });
    const call = run.call("proxy_close_stream", {
      parent: enter,
      note: "closed after the callback",
    });
    run.add({
      kind: "streamAction",
      action: "close",
      askedBy: call,
      reason: "wasm_downstream_close",
    });
    run.add({ kind: "stepSkipped", step: 1, reason: "no upstream" });
    run.add({ kind: "forward", to: "downstream", bytes: utf8("hi"), endStream: true });
    run.add({ kind: "upstreamConnect", cluster: "egress1", result: "noHost" });
    run.add({ kind: "envoyDies", how: "panic: unset oneof" });
    for (const events of [runOf(even, { ...odd, traps: true }), refusedRun(), run.events])
      for (const event of events)
        expect(await show(events, event.seq)).toContain(`#${numberOf(events, event.seq)}`);
  });
});

import { describe, expect, it } from "vitest";
import type { TraceEvent } from "wasmerang";
import { callLetter } from "./describeCall.ts";
import { describeEvent, sentence, shortName } from "./describeEvent.ts";
import { propertyText } from "./describeValue.ts";
import { even, odd, recorder, runOf, string } from "./testRun.ts";

const events = runOf(even, { ...odd, traps: true });
const row = (test: (event: TraceEvent) => boolean, from = events) => {
  const event = from.find(test);
  if (event === undefined) throw new Error("no such event");
  const description = describeEvent(from, event);
  return { ...description, name: shortName(description) };
};
const call = (name: string) => (event: TraceEvent) =>
  event.kind === "hostCall" && event.name === name;

describe("describeEvent", () => {
  it("reads a property", () => {
    expect(row(call("proxy_get_property"))).toMatchObject({
      glyph: "call",
      name: "get_property",
      args: "source.address",
      result: 'Ok "10.0.0.42:51324"',
      failed: false,
    });
  });
  it("says what a foreign call wrote", () => {
    expect(row(call("proxy_call_foreign_function"))).toMatchObject({
      args: "set_envoy_filter_state = egress1, 34 B",
      result: "Ok",
    });
  });
  it("quotes a log line with its level", () => {
    expect(row(call("proxy_log")).args).toBe('info "10.0.0.42:51324 -> egress1"');
  });
  it("links a callback to its end, and names what it returned", () => {
    const enter = row(
      (event) => event.kind === "guestEnter" && event.callback === "proxy_on_new_connection",
    );
    expect(enter).toMatchObject({ args: "context 2", name: "on_new_connection" });
    expect(enter.result).toMatch(/^returns at #\d+$/);
    expect(
      row((event) => event.kind === "guestExit" && event.callback === "proxy_on_new_connection"),
    ).toMatchObject({ glyph: "return", name: "return on_new_connection", result: "Continue (0)" });
  });
  it("names what callbacks are given", () => {
    const args = (callback: string, ...words: readonly number[]) => {
      const run = recorder();
      run.add({ kind: "guestEnter", callback, args: words });
      return row(() => true, run.events).args;
    };
    expect(args("proxy_on_downstream_data", 2, 12, 1)).toBe("context 2, 12 B, end of stream");
    expect(args("proxy_on_downstream_connection_close", 2, 1)).toBe("context 2, peer Local");
    expect(args("proxy_on_configure", 1, 10)).toBe("context 1, 10 B");
    expect(args("proxy_on_grpc_close", 1, 5, 14)).toBe("context 1, call 5, status 14");
    expect(args("envoy_on_resolve_dns", 1, 3, 20)).toBe("context 1, token 3, 20 B");
    expect(args("somebody_elses", 7)).toBe("argument 1 7");
  });
  it("shows that a trap killed the VM", () => {
    expect(row((event) => event.kind === "trap")).toMatchObject({
      name: "trap in on_new_connection",
      args: "RuntimeError: unreachable",
      result: "VM failed",
      failed: true,
    });
  });
  it("knows NotFound for an answer and BadArgument for a failure", () => {
    const run = recorder();
    const parent = run.add({ kind: "guestEnter", callback: "proxy_on_tick", args: [1] });
    run.call("proxy_get_property", { parent, status: "NotFound", returned: 1 });
    run.call("proxy_log", { parent, status: "BadArgument", returned: 2 });
    expect(run.events.map((event) => describeEvent(run.events, event).failed)).toEqual([
      true, // it never returns
      false,
      true,
    ]);
  });
  it("names bare numbers", () => {
    const run = recorder();
    const parent = run.add({ kind: "guestEnter", callback: "proxy_on_tick", args: [1] });
    run.call("proxy_get_buffer_bytes", {
      parent,
      args: [
        { name: "buffer_type", value: { kind: "enum", number: 7, name: "PluginConfiguration" } },
        { name: "start", value: { kind: "number", number: 0 } },
        { name: "max_size", value: { kind: "number", number: 10 } },
      ],
      results: [string("value", "standalone")],
    });
    expect(row(call("proxy_get_buffer_bytes"), run.events)).toMatchObject({
      args: "PluginConfiguration, start 0, max size 10",
      result: 'Ok "standalone"',
    });
  });
});

it("reads each event as one sentence", () => {
  const read = events.find(call("proxy_get_property"));
  expect(read && sentence(events, read)).toBe(
    `Event ${read?.seq}: proxy_get_property, source.address, Ok "10.0.0.42:51324"`,
  );
});

it("reads property bytes by Envoy's type", () => {
  const number = Uint8Array.of(0x7c, 0xc8, 0, 0, 0, 0, 0, 0);
  const read = { kind: "propertyRead", path: ["source", "port"] } as const;
  expect(propertyText({ ...read, type: "uint", value: number })).toBe("51324");
  expect(propertyText({ ...read, type: "bool", value: Uint8Array.of(0) })).toBe("false");
  expect(propertyText({ ...read, absent: "no TLS" })).toBe("no TLS");
});

it("has a letter for every call", () => {
  const of = (name: string, module = "env") => {
    const run = recorder();
    run.call(name, { parent: 0, module });
    const [event] = run.events;
    return event?.kind === "hostCall" ? callLetter(event) : undefined;
  };
  expect(
    ["proxy_get_property", "proxy_log", "proxy_call_foreign_function"].map((name) => of(name)),
  ).toEqual(["P", "L", "F"]);
  expect(of("fd_write", "wasi_snapshot_preview1")).toBe("W");
  expect(of("proxy_get_current_time_nanoseconds")).toBe("·");
});

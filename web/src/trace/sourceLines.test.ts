import { readScenario, simulate, type StackFrame, type TraceEvent } from "wasmerang";
import { describe, expect, it } from "vitest";
import type { Module, Run } from "../state/store.ts";
import { defaultScenario } from "../state/defaultScenario.ts";
import { callsByLine, sourceOf, stackOf } from "./sourceLines.ts";

const modules: Record<string, string> = import.meta.glob(
  "../../../filter/build/{wasmerang,trapping}.debug.wasm",
  { query: "?url&inline", import: "default", eager: true },
);
const texts: Record<string, string> = import.meta.glob(
  ["../../../filter/build/{wasmerang,trapping}.debug.wasm.map", "../../../filter/*/**/*.ts"],
  { query: "?raw", import: "default", eager: true },
);
const source = (path: string) => (texts[`../../../filter/${path}`] ?? "").split("\n");

/** The default scenario with the debug build of a starting point. */
function played(entry: string): Run {
  const file = `../../../filter/build/${entry}.debug.wasm`;
  const base64 = modules[file]?.split(",")[1] ?? "";
  const module: Module = {
    name: `${entry}.debug.wasm`,
    bytes: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
    sha256: "",
    isBuiltIn: false,
    entry,
    sourceMap: texts[`${file}.map`] ?? "",
  };
  const read = readScenario(defaultScenario);
  if (!read.ok) throw new Error("the default scenario is none");
  const events: TraceEvent[] = [];
  const stacks = new Map<number, readonly StackFrame[]>();
  simulate(module.bytes, read.scenario, (event) => events.push(event), {
    observer: {
      hostCall: (seq, when, _memory, stack) => when === "before" && stacks.set(seq, stack()),
    },
  });
  return { status: "done", events, document: defaultScenario, module, stacks };
}

const run = played("wasmerang");

describe("lines of the source", () => {
  it("is the line of the filter that made the call, not that of the layer below", () => {
    const call = run.events.findLast(
      (event) => event.kind === "hostCall" && event.name === "proxy_call_foreign_function",
    );
    if (!call) throw new Error("no such call");
    const at = sourceOf(run, call);
    expect(at?.file).toBe("assembly/filter.ts");
    expect(source("assembly/filter.ts")[(at?.line ?? 0) - 1]).toContain(
      "callForeignFunction(SET_FILTER_STATE",
    );
    expect(stackOf(run, call).map(({ file }) => file)).toEqual([
      "assembly/proxy-wasm/host.ts",
      "assembly/filter.ts",
      "assembly/proxy-wasm/callbacks.ts",
    ]);
  });

  it("knows where each call of the filter comes from", () => {
    const calls = run.events.filter(({ kind, vm }) => kind === "hostCall" && vm === "worker");
    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) expect(sourceOf(run, call)?.file).toBe("assembly/filter.ts");
  });

  it("a log line comes from where it was logged", () => {
    const log = run.events.find((event) => event.kind === "log" && event.message !== undefined);
    if (!log) throw new Error("nothing logged");
    const at = sourceOf(run, log);
    expect(source("assembly/filter.ts")[(at?.line ?? 0) - 1]).toContain("log(LogLevel.Info");
  });

  it("lists the calls of a line for every connection, also where the line only led to them", () => {
    const text = source("assembly/filter.ts");
    const line = text.findIndex((it) => it.includes("getProperty(SOURCE_ADDRESS, source)")) + 1;
    const calls = callsByLine(run, "assembly/filter.ts").get(line) ?? [];
    expect(calls.map(({ name, connection }) => [name, connection])).toEqual([
      ["proxy_get_property", "a"],
      ["proxy_get_property", "b"],
    ]);
    const layer = source("assembly/proxy-wasm/callbacks.ts");
    const above = layer.findIndex((it) => it.includes("connection.onNewConnection()")) + 1;
    const led = callsByLine(run, "assembly/proxy-wasm/callbacks.ts").get(above) ?? [];
    expect(led.length).toBeGreaterThan(calls.length);
  });

  it("a trap has the line that it happened in", () => {
    const trapped = played("trapping");
    const trap = trapped.events.find(({ kind, vm }) => kind === "trap" && vm === "worker");
    if (!trap) throw new Error("no trap");
    const at = sourceOf(trapped, trap);
    expect(at?.file).toBe("gallery/trapping.ts");
    expect(source("gallery/trapping.ts")[(at?.line ?? 0) - 1]).toContain("CLUSTERS[");
  });

  it("says nothing of modules without a source map", () => {
    const module = { name: "", bytes: new Uint8Array(), sha256: "", isBuiltIn: true };
    const [event] = run.events;
    if (!event) throw new Error("no events");
    expect(stackOf({ ...run, module }, event)).toEqual([]);
  });
});

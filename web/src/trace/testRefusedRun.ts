import type { TraceEvent } from "wasmerang";
import { recorder, string } from "./testRun.ts";

/** A run in which the canary VM refused the configuration. */
export function refusedRun(): readonly TraceEvent[] {
  const { events, add, call } = recorder();
  const vm = "canary" as const;
  const enter = add({ kind: "guestEnter", callback: "proxy_on_configure", args: [1, 23], vm });
  const logged = call("proxy_log", {
    parent: enter,
    vm,
    args: [
      { name: "level", value: { kind: "enum", number: 4, name: "error" } },
      string("message", "configuration: expected ':' at byte 23"),
    ],
  });
  add({
    kind: "log",
    level: "error",
    line: "wasm log wasmerang: configuration: expected ':' at byte 23",
    message: "configuration: expected ':' at byte 23",
    shown: true,
    parent: logged,
    vm,
  });
  add({ kind: "guestExit", callback: "proxy_on_configure", enter, returned: 0, vm });
  add({
    kind: "log",
    level: "error",
    line: "Wasm VM failed Failed to configure base Wasm plugin",
    shown: true,
    vm,
  });
  add({
    kind: "pluginResult",
    accepted: false,
    stage: "configure",
    reason: "proxy_on_configure returned 0",
    vm,
  });
  return events;
}

/** Arguments and results of callbacks. */
import { callbackParameters, type GuestEnter, type GuestExit } from "wasmerang";

/** Callbacks that answer a FilterStatus: whether Envoy goes on with the connection. */
const streamCallbacks = new Set([
  "proxy_on_new_connection",
  "proxy_on_downstream_data",
  "proxy_on_upstream_data",
]);
const booleanCallbacks = new Set(["proxy_on_vm_start", "proxy_on_configure", "proxy_on_done"]);
const peers = ["Unknown", "Local", "Remote"];

/** Name and text of each argument. */
export function callbackFacts(event: GuestEnter): readonly (readonly [string, string])[] {
  const names = callbackParameters[event.callback] ?? [];
  return event.args.map((word, index) => {
    const name = (names[index] ?? `argument ${index + 1}`).replaceAll("_", " ");
    if (name.endsWith("size")) return [name, `${word} B`];
    if (name === "peer") return [name, peers[word] ?? String(word)];
    if (name === "end of stream") return [name, word === 0 ? "no" : "yes"];
    return [name, String(word)];
  });
}

export function callbackArguments(event: GuestEnter): string {
  return callbackFacts(event)
    .flatMap(([name, text]) => {
      if (name.endsWith("size")) return [text];
      if (name === "end of stream") return text === "yes" ? [name] : [];
      return [`${name} ${text}`];
    })
    .join(", ");
}

/** What a callback returned, in the ABI's words. */
export function callbackResult(callback: string, returned: number | undefined): string {
  if (returned === undefined) return "";
  // Any status other than Continue stops (envoy/source/extensions/common/wasm/context.cc).
  if (streamCallbacks.has(callback))
    return `${returned === 0 ? "Continue" : "StopIteration"} (${returned})`;
  if (booleanCallbacks.has(callback)) return returned === 0 ? "false (0)" : "true (1)";
  return String(returned);
}

/** The guest said no to its start or its configuration. */
export function isRefusal(event: GuestExit): boolean {
  const isStart = event.callback === "proxy_on_vm_start" || event.callback === "proxy_on_configure";
  return isStart && event.returned === 0;
}

/** The callback told Envoy to wait. */
export function stops(event: GuestExit): boolean {
  return (
    streamCallbacks.has(event.callback) && event.returned !== undefined && event.returned !== 0
  );
}

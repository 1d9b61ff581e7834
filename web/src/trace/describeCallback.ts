/** Arguments and results of callbacks; their names and order after proxy-wasm ABI 0.2.1. */
import type { GuestEnter, GuestExit } from "wasmerang";

const parameters: Readonly<Record<string, readonly string[]>> = {
  proxy_on_context_create: ["context", "parent"],
  proxy_on_vm_start: ["context", "size"],
  proxy_on_configure: ["context", "size"],
  proxy_on_tick: ["context"],
  proxy_on_new_connection: ["context"],
  proxy_on_downstream_data: ["context", "size", "end"],
  proxy_on_upstream_data: ["context", "size", "end"],
  proxy_on_downstream_connection_close: ["context", "peer"],
  proxy_on_upstream_connection_close: ["context", "peer"],
  proxy_on_done: ["context"],
  proxy_on_log: ["context"],
  proxy_on_delete: ["context"],
  proxy_on_queue_ready: ["context", "queue"],
  proxy_on_http_call_response: ["context", "call", "headers", "size", "trailers"],
  proxy_on_foreign_function: ["context", "function", "size"],
};

/** Callbacks that answer a FilterStatus: whether Envoy goes on with the connection. */
const streamCallbacks = new Set([
  "proxy_on_new_connection",
  "proxy_on_downstream_data",
  "proxy_on_upstream_data",
]);
const booleanCallbacks = new Set(["proxy_on_vm_start", "proxy_on_configure", "proxy_on_done"]);
const peers = ["Unknown", "Local", "Remote"];

/** Name and text of each argument. */
export function callbackParameters(event: GuestEnter): readonly (readonly [string, string])[] {
  const names = parameters[event.callback] ?? [];
  return event.args.map((word, index) => {
    const name = names[index] ?? `argument ${index + 1}`;
    if (name === "size") return [name, `${word} B`];
    if (name === "peer") return [name, peers[word] ?? String(word)];
    if (name === "end") return ["end of stream", word === 0 ? "no" : "yes"];
    return [name, String(word)];
  });
}

export function callbackArguments(event: GuestEnter): string {
  return callbackParameters(event)
    .flatMap(([name, text]) => {
      if (name === "size") return [text];
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

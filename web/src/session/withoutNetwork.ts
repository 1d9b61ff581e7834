/**
 * Imported first by each worker that runs guests. A guest has only its imports and cannot reach
 * these; but a worker does not inherit the page's policy, and what is not there cannot be misused.
 */
const ways = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "WebTransport",
  "EventSource",
  "importScripts",
];
for (
  let scope: object | null = globalThis;
  scope;
  scope = Object.getPrototypeOf(scope) as object | null
)
  for (const name of ways) Reflect.deleteProperty(scope, name);
export {};

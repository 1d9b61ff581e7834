/** The service worker, which keeps the page working without a network. */

/** Registers it once the page has its first answer, so that storing files costs that nothing. */
export function workOffline(): void {
  // Not in development, and not where browsers have none: on pages that came over plain http.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Blocked, or storage is full: the page works as before, with a network.
  const register = () => void navigator.serviceWorker.register("./sw.js").then(handOver, () => {});
  if ("requestIdleCallback" in globalThis) requestIdleCallback(register, { timeout: 5000 });
  else setTimeout(register, 2000);
}

/** Large files that were loaded before the worker stood between are asked for again, to be stored. */
async function handOver(): Promise<void> {
  if (navigator.serviceWorker.controller) return;
  await navigator.serviceWorker.ready;
  for (const { name } of performance.getEntriesByType("resource")) {
    if (name.includes("/assets/") && !(await caches.match(name))) void fetch(name).catch(() => {});
  }
}

// Keeps the page working without a network. vite.config.ts puts before this: `build`, a name that
// changes with any file, `early`, the files to store at once, and `late`, those to store when they
// were first used (the code editor and the compiler, megabytes each).
//
// Files of assets/ carry a hash of their content in their names, so they never change: they come from
// the store. Everything else, above all index.html, comes from the network while there is one. A page
// is therefore always whole: all of a new build, or offline all of the stored one.
/* global build, early, late */
const PREFIX = `wasmerang ${self.registration.scope} `;
const CACHE = PREFIX + build;
/** A network that says nothing for so long counts as none. */
const PATIENCE_MS = 3000;

const addressOf = (file) => new URL(file, self.registration.scope).href;
const stored = new Set([...early, ...late].map(addressOf));

self.addEventListener("install", (event) => {
  // Pages of the build before still find their files: its cache goes one build later.
  self.skipWaiting();
  event.waitUntil(store());
});

async function store() {
  const cache = await caches.open(CACHE);
  const fresh = early.filter((file) => !file.startsWith("assets/")).map(addressOf);
  const hashed = early.filter((file) => file.startsWith("assets/")).map(addressOf);
  await cache.addAll(fresh.map((url) => new Request(url, { cache: "reload" })));
  await cache.addAll(hashed);
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const mine = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  // In the order in which they were made.
  for (const name of mine.slice(0, -2)) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = url.hash = "";
  if (request.method !== "GET" || !url.href.startsWith(self.registration.scope)) return;
  if (url.href.startsWith(addressOf("assets/"))) event.respondWith(fromStore(event, url.href));
  else if (request.mode === "navigate" || stored.has(url.href))
    event.respondWith(fromNetwork(request, url.href));
});

async function fromStore(event, url) {
  const found = await caches.match(url);
  if (found) return found;
  const response = await fetch(event.request);
  if (response.ok && stored.has(url)) {
    const copy = response.clone();
    event.waitUntil(caches.open(CACHE).then((cache) => cache.put(url, copy)));
  }
  return response;
}

async function fromNetwork(request, url) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: abort.signal });
  } catch (error) {
    const cache = await caches.open(CACHE);
    const index = request.mode === "navigate" ? addressOf("index.html") : url;
    const found = await cache.match(index);
    if (!found) throw error;
    return found;
  } finally {
    clearTimeout(timer);
  }
}

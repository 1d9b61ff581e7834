// The plainest server of static files: a file or 404, no fallback page, no headers but the type.
// For the end-to-end tests: what works here works on any static host.
//
//     node scripts/serveStatic.mjs --root web/dist --port 4199 --base /some/sub/path/
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    root: { type: "string", default: "web/dist" },
    port: { type: "string", default: "4199" },
    base: { type: "string", default: "/" },
  },
});
const root = resolve(values.root);
const { base } = values;

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * The file that an address names; undefined where there is none below the base.
 * @param {string} address path and query
 */
function fileAt(address) {
  const path = decodeURIComponent(address.replace(/\?.*/s, ""));
  if (!path.startsWith(base)) return undefined;
  const file = resolve(
    root,
    `./${path.slice(base.length)}${path.endsWith("/") ? "index.html" : ""}`,
  );
  if (!file.startsWith(root + sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

createServer((request, response) => {
  const file = fileAt(request.url ?? "/");
  if (file === undefined) return void response.writeHead(404).end("Not found");
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type });
  createReadStream(file).pipe(response);
}).listen(Number(values.port), "127.0.0.1");

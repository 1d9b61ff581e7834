import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { serviceWorker } from "./scripts/serviceWorkerPlugin.mjs";

const repository = fileURLToPath(new URL(".", import.meta.url));

/** Vite's development server injects inline scripts and styles, which the page's policy forbids. */
const withoutPolicyInDevelopment: Plugin = {
  name: "without-policy-in-development",
  apply: "serve",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { server }) =>
      server ? html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, "") : html,
  },
};

/**
 * What the page imports at once, as one file: split by who else imports what, the parts would be a
 * dozen small files, which compress worse and are more to ask for. Without the simulator, of which
 * the page itself uses a few names.
 */
const firstLoad = new Set<string>();
const collectFirstLoad: Plugin = {
  name: "collect-first-load",
  apply: "build",
  buildEnd() {
    const open = [`${repository}web/src/main.tsx`];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (firstLoad.has(id) || id.includes("/host-sim/")) continue;
      firstLoad.add(id);
      open.push(...(this.getModuleInfo(id)?.importedIds ?? []));
    }
  },
};

/** The page: web/ → web/dist. */
export default defineConfig({
  root: `${repository}web`,
  // Relative addresses: the built page works below any path.
  base: "./",
  plugins: [
    react(),
    withoutPolicyInDevelopment,
    collectFirstLoad,
    serviceWorker(`${repository}web`),
  ],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: {
    format: "es",
    // What tells a bundler that a call is pure is of no use in what it has made.
    rolldownOptions: { output: { comments: { annotation: false } } },
  },
  server: { host: "127.0.0.1", fs: { allow: [repository] } },
  build: {
    target: "es2023",
    // Two builds side by side (WEB_DIST=dist-2) do not disturb each other.
    outDir: process.env["WEB_DIST"] ?? "dist",
    emptyOutDir: true,
    sourcemap: true,
    // A strict content security policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "page", test: (id) => firstLoad.has(id) || id.includes("preload-helper") },
          ],
        },
      },
    },
  },
});

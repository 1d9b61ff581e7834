import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

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

/** The page: web/ → web/dist. */
export default defineConfig({
  root: `${repository}web`,
  // Relative addresses: the built page works below any path.
  base: "./",
  plugins: [react(), withoutPolicyInDevelopment],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: { format: "es" },
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
  },
});

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

const repository = fileURLToPath(new URL(".", import.meta.url));

/** The page: web/ → web/dist. */
export default defineConfig({
  root: `${repository}web`,
  // Relative addresses: the built page works below any path.
  base: "./",
  plugins: [react()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: { format: "es" },
  server: { host: "127.0.0.1", fs: { allow: [repository] } },
  build: {
    target: "es2023",
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: true,
    // A strict content security policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

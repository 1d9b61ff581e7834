import { availableParallelism } from "node:os";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: {
    // Vitest's own choice leaves one core idle: half of the machine where there are two.
    maxWorkers: availableParallelism(),
    // For busy machines: what hangs hangs longer.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "host-sim",
          environment: "node",
          include: ["host-sim/{src,cli,parity,test}/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: { name: "filter", environment: "node", include: ["filter/test/**/*.test.ts"] },
      },
      {
        extends: true,
        test: { name: "scripts", environment: "node", include: ["scripts/**/*.test.mjs"] },
      },
      {
        extends: true,
        plugins: [react()],
        test: { name: "web", environment: "jsdom", include: ["web/src/**/*.test.{ts,tsx}"] },
      },
    ],
  },
});

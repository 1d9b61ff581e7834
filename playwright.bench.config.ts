// npm run bench -- --only page: measures the built page; see host-sim/bench/page.ts.
import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

export default defineConfig(config, {
  testMatch: "*.bench.ts",
  workers: 1,
  // Standard output: host-sim/bench/page.ts reads the figures there.
  reporter: "json",
  use: { trace: "off" },
});

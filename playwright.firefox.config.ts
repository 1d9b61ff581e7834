// The page in Firefox: npm run test:firefox, a step of npm test.
import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

export default defineConfig({
  ...config,
  testMatch: "*.firefox.ts",
  workers: 1,
  projects: [{ name: "firefox" }],
});

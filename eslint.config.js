import { defineConfig } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** `files` may import only from the patterns left after `forbidden`. The layering of the project. */
const layer = (files, forbidden, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ group: forbidden, message }] }],
  },
});

export default defineConfig(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      "**/build/",
      ".tools/",
      "filter/assembly/",
      "filter/gallery/",
      "filter/*.js",
      "test-results/",
      "playwright-report/",
    ],
  },
  {
    files: ["**/*.{ts,tsx}", "scripts/*.mjs"],
    extends: [...tseslint.configs.recommended],
    rules: {
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-empty": "error",
      eqeqeq: "error",
    },
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["web/src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  layer(
    ["host-sim/src/**"],
    ["node:*", "../../*cli*", "react", "zustand"],
    "host-sim/src runs in the browser and in Node: no DOM, no Node, nothing outside itself.",
  ),
  layer(
    ["host-sim/src/hostcalls/**"],
    ["node:*", "**/envoy/**"],
    "hostcalls/ knows the proxy-wasm spec, envoy/ knows Envoy; only the simulator knows both.",
  ),
  layer(
    ["host-sim/src/envoy/**"],
    ["node:*", "**/hostcalls/**"],
    "hostcalls/ knows the proxy-wasm spec, envoy/ knows Envoy; only the simulator knows both.",
  ),
  {
    files: ["web/src/panels/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              // A view that is loaded when opened has its own folder in session/, loaded with it.
              regex: "^wasmerang/|/session/(?!playground)[^/]+$",
              message:
                "panels read the store and trace/, and act through session/playground.ts, or session/VIEW/ of their own view.",
            },
          ],
        },
      ],
    },
  },
  layer(
    ["web/src/state/**", "web/src/trace/**"],
    ["**/panels/**", "**/session/**", "react"],
    "state/ and trace/ are pure.",
  ),
  layer(["web/src/session/**"], ["**/panels/**"], "session/ does not know the panels."),
);

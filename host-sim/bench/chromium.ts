/** Runs the same benchmark code in headless Chromium. */
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "vite";
import { repository } from "./part.ts";
import type { Result } from "./rounds.ts";

/** Throws if there is no Chromium; see scripts/findChromium.mjs. */
export async function runInChromium(
  wasm: Uint8Array,
  connections: number,
  rounds: number,
): Promise<readonly Result[]> {
  const { findChromium } = (await import(new URL("scripts/findChromium.mjs", repository).href)) as {
    findChromium: () => string | undefined;
  };
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium: npx playwright install chromium");
  const script = await bundle(fileURLToPath(new URL("host-sim/bench/inBrowser.ts", repository)));
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script, type: "module" });
    type Run = (wasm: readonly number[], connections: number, rounds: number) => readonly Result[];
    return await page.evaluate(
      ([bytes, count, times]) =>
        (globalThis as unknown as { runBench: Run }).runBench(bytes, count, times),
      [[...wasm], connections, rounds] as const,
    );
  } finally {
    await browser.close();
  }
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, minify: false, lib: { entry, formats: ["es"], fileName: "bench" } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output && "output" in output ? output.output[0] : undefined;
  if (chunk?.type !== "chunk") throw new Error("the benchmark could not be bundled");
  return chunk.code;
}

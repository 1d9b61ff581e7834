/** Runs the same benchmark code in headless Chromium. */
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "vite";
import { PartSkipped, repository } from "./part.ts";
import type { Result } from "./rounds.ts";

/** The path of an installed one. Not compiled with host-sim: the script also serves npm test. */
export async function findChromium(): Promise<string> {
  const script = (await import(new URL("scripts/findChromium.mjs", repository).href)) as {
    readonly findChromium: () => string | undefined;
  };
  const path = script.findChromium();
  if (path !== undefined) return path;
  throw new PartSkipped("no Chromium; npx playwright install chromium fetches one.");
}

export async function runInChromium(
  wasm: Uint8Array,
  connections: number,
  rounds: number,
): Promise<readonly Result[]> {
  const script = await bundle(fileURLToPath(new URL("host-sim/bench/inBrowser.ts", repository)));
  const browser = await chromium.launch({ executablePath: await findChromium() });
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

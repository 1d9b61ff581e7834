/** What both a test and the benchmark measure. */
import { gzipSync } from "node:zlib";
import { InspectPage } from "./inspectPage.ts";
import { compile } from "./modules.ts";
import type { PlaygroundPage } from "./playgroundPage.ts";
import { expect } from "./test.ts";

/** Already compressed, whatever the server does. */
const packed = /\.woff2$/;

/** What a worker asks for is reported late, by less than the page waits before it loads more. */
const LATE_REPORT_MS = 1500;

declare global {
  var decidedAt: number | undefined;
}

/** Opens the page; answers the bytes (gzip) of each file that its first decision needs, by path. */
export async function firstLoad(playground: PlaygroundPage): Promise<ReadonlyMap<string, number>> {
  const asked = new Map<string, number>();
  playground.page.on("request", (request) => asked.set(request.url(), Date.now()));
  // When the decision is there; this test may look seconds later, when the page loads what it
  // counts problems with.
  await playground.page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector(".verdict")?.textContent.includes("goes to")) return;
      observer.disconnect();
      globalThis.decidedAt = Date.now();
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  });
  await playground.open();
  await expect(playground.outcome).toContainText("goes to egress1");
  const decidedAt = (await playground.page.evaluate(() => globalThis.decidedAt)) ?? 0;
  expect(decidedAt).toBeGreaterThan(0);
  // Fonts that were asked for belong to it, even if they come a moment later.
  await playground.settle();

  const sizes = new Map<string, number>();
  for (const [url, at] of asked) {
    const { pathname } = new URL(url);
    if (at > decidedAt + LATE_REPORT_MS && !packed.test(pathname)) continue;
    // Asked for again: Chromium keeps no body of what a worker loaded.
    const body = await (await playground.page.request.get(url)).body();
    sizes.set(pathname, packed.test(pathname) ? body.length : gzipSync(body, { level: 6 }).length);
  }
  return sizes;
}

export const sumOf = (sizes: ReadonlyMap<string, number>): number =>
  [...sizes.values()].reduce((sum, size) => sum + size, 0);

/** Logs 66 times in each of three callbacks. */
const busy = `(module 
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "hello")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $work ${"(drop (call $log (i32.const 2) (i32.const 64) (i32.const 5)))".repeat(66)})
  (func (export "proxy_on_new_connection") (param i32) (result i32) (call $work) (i32.const 0))
  (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
    (call $work) (i32.const 0))
  (func (export "proxy_on_log") (param i32) (call $work)))`;

/** Milliseconds of the frames while the playhead is dragged over a trace, from short to long. */
export interface ScrubbedTab {
  readonly tab: string;
  readonly frames: readonly number[];
}

/** Opens a trace of 20,000 events and drags the playhead over it, with each list shown. */
export async function scrubLongTrace(playground: PlaygroundPage): Promise<readonly ScrubbedTab[]> {
  const inspect = new InspectPage(playground);
  await playground.page.setViewportSize({ width: 1440, height: 900 });
  const connections = Array.from({ length: 50 }, (_, index) => ({
    source: `10.0.${index}.42:51324`,
    destination: "203.0.113.10:443",
    steps: [{ downstream: "hello" }, { close: "client" }],
  }));
  const clusters = { default: { endpoints: ["10.1.0.10:8080"] } };
  await inspect.open(await compile(busy), { clusters, connections });
  // Rows; each of them but a few hundred has a log line beside it.
  await expect(inspect.tab("Trace")).toContainText(/1\d{4}/);
  // Of 51 lanes and 10,000 rows, those in view and a few beside them are in the document.
  expect(await playground.timeline.locator(".lane").count()).toBeLessThan(20);
  expect(await playground.trace.getByRole("row").count()).toBeLessThan(60);
  const scrubbed: ScrubbedTab[] = [];
  for (const tab of ["Trace", "Log"]) {
    await inspect.tab(tab).click();
    await playground.settle();
    const frames = [...(await inspect.scrub(120))].sort((a, b) => a - b);
    scrubbed.push({ tab, frames });
    expect(frames.length).toBeGreaterThan(20);
    await expect(playground.inspector).toContainText("proxy_");
  }
  return scrubbed;
}

/** The value below which a part of the sorted values lies. */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;

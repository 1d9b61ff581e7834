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

/** Logs so many times in each of three callbacks. */
const busy = (calls: number) => `(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "hello")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $work ${"(drop (call $log (i32.const 2) (i32.const 64) (i32.const 5)))".repeat(calls)})
  (func (export "proxy_on_new_connection") (param i32) (result i32) (call $work) (i32.const 0))
  (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
    (call $work) (i32.const 0))
  (func (export "proxy_on_log") (param i32) (call $work)))`;

/** Milliseconds of the frames while the playhead moves, from short to long. */
export interface Moved {
  /** Completes "longest frame while …". */
  readonly what: string;
  readonly frames: readonly number[];
  /** Milliseconds that the main thread works for a move, which depends less on what else runs. */
  readonly work: number;
}

const MOVES = 120;
const JUMPS = 40;

/** Opens a run of so many connections, each of them with `calls` host calls in three callbacks. */
async function openRun(playground: PlaygroundPage, connections: number, calls: number) {
  const inspect = new InspectPage(playground);
  await playground.page.setViewportSize({ width: 1440, height: 900 });
  const document = {
    clusters: { default: { endpoints: ["10.1.0.10:8080"] } },
    connections: Array.from({ length: connections }, (_, index) => ({
      source: `10.${index >> 8}.${index & 255}.42:51324`,
      destination: "203.0.113.10:443",
      steps: [{ downstream: "hello" }, { close: "client" }],
    })),
  };
  // A page of its own: another link alone would leave the module of before.
  await playground.page.goto("about:blank");
  await inspect.open(await compile(busy(calls)), document);
  await expect(playground.page.getByText(`events, ${connections} connections`)).toContainText(
    "Ran",
    { timeout: 30_000 },
  );
  // Of the lanes and the rows, those in view and a few beside them are in the document.
  expect(await playground.timeline.locator(".lane").count()).toBeLessThan(20);
  expect(await playground.trace.getByRole("row").count()).toBeLessThan(60);
  return inspect;
}

/**
 * Moves the playhead through a trace of 20,000 events, by dragging and by key, with each list shown;
 * and over the lanes of many connections.
 */
export async function movePlayheads(playground: PlaygroundPage): Promise<readonly Moved[]> {
  const moved: Moved[] = [];
  const protocol = await playground.page.context().newCDPSession(playground.page);
  await protocol.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await protocol.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
  };
  const note = async (
    what: string,
    move: (moves: number) => Promise<readonly number[]>,
    moves = MOVES,
  ) => {
    const before = await worked();
    const frames = [...(await move(moves))].sort((a, b) => a - b);
    moved.push({ what, frames, work: ((await worked()) - before) / moves });
    expect(frames.length).toBeGreaterThan(20);
    await expect(playground.inspector.getByRole("heading").first()).toContainText(/#\d\d/);
  };
  // 14,000 rows, and a log line beside most of them.
  const long = await openRun(playground, 50, 66);
  await expect(long.tab("Trace")).toContainText(/1\d{4}/);
  for (const tab of ["Trace", "Log"]) {
    await long.tab(tab).click();
    await playground.settle();
    await note(`scrubbing 20,000 events, ${tab} shown`, (moves) => long.scrub(moves));
  }
  await long.tab("Trace").click();
  await playground.settle();
  await note("stepping through 20,000 events by key", (moves) => long.step(moves));
  // About three rows for each call of a callback: all 50 lanes are in the plot.
  const wide = await openRun(playground, 50, 1);
  await note("scrubbing over 50 lanes", (moves) => wide.scrub(moves));
  await note("stepping over 50 lanes by key", (moves) => wide.step(moves));
  await note("jumping over 50 lanes", (moves) => wide.jump(moves), JUMPS);
  const many = await openRun(playground, 1000, 1);
  await note("jumping over 1,000 connections", (moves) => many.jump(moves), JUMPS);
  return moved;
}

/** The value below which a part of the sorted values lies. */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;

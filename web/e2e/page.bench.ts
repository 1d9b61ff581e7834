/** npm run bench -- --only page: what a user waits for, each with the figures of its rounds. */
import { CodePage } from "./codePage.ts";
import { firstLoad, movePlayheads, quantile, sumOf } from "./measures.ts";
import { stopwatch, timeToOpen } from "./stopwatch.ts";
import { SweepPage } from "./sweepPage.ts";
import { expect, test } from "./test.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const outcome = 'section[aria-label="Outcome"]';

interface Measured {
  readonly what: string;
  readonly unit: string;
  readonly target: number;
  readonly note: string;
}

/** Hands a figure to host-sim/bench/page.ts: the median of the rounds. */
function report(values: readonly number[], { note, ...measured }: Measured): void {
  const sorted = [...values].sort((a, b) => a - b);
  const spread = `${Math.round(quantile(sorted, 0))}–${Math.round(quantile(sorted, 1))}`;
  const figure = {
    ...measured,
    value: sorted[sorted.length >> 1],
    note: values.length > 1 ? `${note}; ${spread}` : note,
  };
  test.info().annotations.push({ type: "figure", description: JSON.stringify(figure) });
}

test.setTimeout(300_000);

test("page load", async ({ browser, baseURL }) => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Nothing of the page is in its caches.
    const context = await browser.newContext({ baseURL: baseURL ?? "", serviceWorkers: "block" });
    const page = await context.newPage();
    const until = { selector: outcome, text: "10.0.0.42:51324 goes to egress1" };
    times.push(await timeToOpen(page, "./", until));
    await context.close();
  }
  const note = "first visit, loopback, not compressed";
  report(times, { what: "page load to decision", unit: "ms", target: 1000, note });
});

test("keystroke in the source", async ({ playground }) => {
  await playground.open();
  const field = playground.field("Source");
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [source, cluster] =
      round % 2 === 0 ? ["10.0.0.43:1", "egress2"] : ["10.0.0.42:1", "egress1"];
    await field.selectText();
    const text = `${source} goes to ${cluster}`;
    const time = await stopwatch(playground.page, { selector: outcome, text });
    await playground.page.keyboard.insertText(source);
    times.push(await time());
  }
  const note = "150 ms of it wait for typing to pause";
  report(times, { what: "keystroke in a source to decision", unit: "ms", target: 300, note });
});

test("keystroke in the code", async ({ playground }) => {
  const code = new CodePage(playground);
  await playground.open();
  await code.choose("Minimal");
  await code.open();
  await code.replace('"egress2"', '"egress1"');
  await code.compiled();
  await expect(playground.outcome).toContainText("goes to egress1");
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [from, to] = round % 2 === 0 ? ["egress1", "egress2"] : ["egress2", "egress1"];
    await code.find(from);
    const until = { selector: outcome, text: `10.0.0.42:51324 goes to ${to}` };
    const time = await stopwatch(playground.page, until);
    await playground.page.keyboard.insertText(to);
    times.push(await time());
  }
  const note = "150 ms of it wait for typing to pause";
  report(times, { what: "keystroke in the code, -O0, to decision", unit: "ms", target: 300, note });
});

test("scrubbing and stepping", async ({ playground }) => {
  for (const { what, frames, work } of await movePlayheads(playground)) {
    const [median, most] = [quantile(frames, 0.5), quantile(frames, 0.95)];
    report([quantile(frames, 1)], {
      what: `longest frame while ${what}`,
      unit: "ms",
      target: 32,
      note: `${frames.length} frames; median ${median.toFixed(0)}, 95 % below ${most.toFixed(0)}; main thread ${work.toFixed(1)} a move`,
    });
  }
});

test("sweep of a /16", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await expect(sweep.outcome).toContainText("256 addresses: 128 go to egress1");
    const time = await stopwatch(playground.page, {
      selector: '[aria-label="Outcome of the sweep"]',
      text: "65 536 addresses: 32 768 go to egress1",
    });
    await sweep.form.getByRole("button", { name: "/16" }).click();
    times.push(await time());
    await sweep.form.getByRole("button", { name: "/24" }).click();
  }
  const cores = await playground.page.evaluate(() => navigator.hardwareConcurrency);
  const note = `all ${cores} cores, with the map drawn`;
  report(times, { what: "sweep of a /16", unit: "ms", target: 150, note });
});

test("initial bytes", async ({ playground }) => {
  const sizes = await firstLoad(playground);
  report([sumOf(sizes)], {
    what: "initial bytes",
    unit: "B gzip",
    target: 200_000,
    note: `${sizes.size} files: fonts, workers and wasm included`,
  });
});

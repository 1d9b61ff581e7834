import { gzipSync } from "node:zlib";
import { expect, test } from "./test.ts";

const BUDGET = 200_000;

/** Already compressed, whatever the server does. */
const packed = /\.woff2$/;

test("the first decision costs at most 200 kB, fonts and wasm included", async ({ playground }) => {
  const asked = new Set<string>();
  playground.page.on("request", (request) => asked.add(request.url()));
  await playground.open();
  await expect(playground.outcome).toContainText("goes to egress1");
  // Fonts that were asked for belong to it, even if they come a moment later.
  await playground.settle();

  const sizes = new Map<string, number>();
  for (const url of asked) {
    const { pathname } = new URL(url);
    // Asked for again: Chromium keeps no body of what a worker loaded.
    const body = await (await playground.page.request.get(url)).body();
    sizes.set(pathname, packed.test(pathname) ? body.length : gzipSync(body, { level: 6 }).length);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const list = [...sizes].map(([path, size]) => `${size} ${path}`).join("\n");
  test.info().annotations.push({ type: "transfer", description: `${total} bytes\n${list}` });
  console.log(`first decision: ${total} bytes (gzip)\n${list}`);
  for (const part of [/\.wasm$/, /\.woff2$/, /worker.*\.js$/]) {
    expect(
      [...sizes.keys()].some((path) => part.test(path)),
      String(part),
    ).toBe(true);
  }
  expect(total, list).toBeLessThanOrEqual(BUDGET);
});

import { firstLoad, sumOf } from "./measures.ts";
import { expect, test } from "./test.ts";

const BUDGET = 200_000;

test("the first decision costs at most 200 kB, fonts and wasm included", async ({ playground }) => {
  const sizes = await firstLoad(playground);
  const total = sumOf(sizes);
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

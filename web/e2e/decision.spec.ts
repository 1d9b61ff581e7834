import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "./test.ts";

test("the default scenario has run when the page opens", async ({ playground }) => {
  await playground.open();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await expect(playground.connections).toHaveText([
    /10\.0\.0\.42.*egress1/,
    /10\.0\.0\.43.*egress2/,
  ]);
  // The whole run, with the inspector on the call that decided.
  await expect(playground.page.getByText("Whole run").first()).toBeVisible();
  await expect(playground.inspector).toContainText("proxy_call_foreign_function");
});

test("a typed source decides, and its property read can be looked at", async ({ playground }) => {
  await playground.open();
  await playground.field("Source").fill("10.0.0.43:40000");
  await expect(playground.outcome).toContainText("10.0.0.43:40000 goes to egress2");

  await playground.leaveFields();
  await playground.press("d");
  await expect(playground.inspector).toContainText("proxy_call_foreign_function");
  await playground.button("Back one event").click();
  await expect(playground.inspector).toContainText("proxy_get_property");
  await expect(playground.inspector).toContainText("source.address");
  await expect(playground.inspector).toContainText("10.0.0.43:40000");
});

test("the running module is downloaded as it is, and its sha256 is right", async ({
  playground,
}) => {
  await playground.open();
  const button = playground.button(/Download.*wasmerang\.wasm/);
  const [download] = await Promise.all([playground.page.waitForEvent("download"), button.click()]);
  expect(download.suggestedFilename()).toBe("wasmerang.wasm");
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(0, 4).toString("latin1")).toBe("\0asm");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await expect(button).toContainText(sha256);
  expect(bytes.equals(await readFile("filter/build/wasmerang.wasm"))).toBe(true);
});

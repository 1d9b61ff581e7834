/** What a user does first in each view, in Firefox; the rest is tested in Chromium. */
import { writeFileSync } from "node:fs";
import { expect, test } from "./firefoxPage.ts";
import { compile } from "./modules.ts";

test("a decision, walked by keys, and another source", async ({ playground }) => {
  await playground.open();
  await playground.outcome(/10\.0\.0\.42:51324 goes to egress1/);
  await playground.press("d");
  await playground.text(".inspector h2", /proxy_call_foreign_function/);
  await playground.press("ArrowLeft");
  await playground.text(".inspector h2", /proxy_get_property/);
  await playground.press("Escape");
  await playground.fill("Source", "[2001:db8::7]:5000");
  await playground.outcome(/\[2001:db8::7\]:5000 goes to egress2/);
  await playground.fill("Source", "10.0.0.300:1");
  await playground.text(".scenario", /Not an IP address and port/);
});

test("the code: an edit is compiled and run, an error is listed", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.view("2");
  await playground.text(".monaco-editor .view-line", /\S/, 60_000);
  const edit = async (find: string, text: string) => {
    await page.locator(".monaco-editor").click();
    await page.keyboard.down("Control");
    await page.keyboard.press("f");
    await page.keyboard.up("Control");
    await page.locator(".find-widget.visible textarea").wait();
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
    await page.keyboard.type(find);
    await playground.press("Enter", "Escape");
    await page.keyboard.type(text);
  };
  await edit(
    "status = callForeignFunction(SET_FILTER_STATE, argument, result)",
    "status = Status.Ok",
  );
  await playground.outcome(/10\.0\.0\.42:51324 goes to default/, 90_000);
  await edit("return FilterStatus.Continue;", "return nothing;");
  await playground.text('section[aria-label="Build"]', /1 error. Showing the last run/, 90_000);
});

test("a sweep, a comparison, faults and an export", async ({ playground }) => {
  await playground.open();
  await playground.view("3");
  await playground.text("main", /256 addresses: 128 go to egress1, 128 go to egress2/);
  await playground.view("4");
  await playground.text("main", /10\.0\.0\.42:51324 goes to egress1 in both/);
  await playground.view("5");
  await playground.text("main", /No answer of the host traps the filter/, 60_000);
  await playground.view("7");
  await playground.text("main", /4 files for Plain Envoy, ready to run/, 60_000);
});

test("a module from elsewhere that never returns is ended, and the page goes on", async ({
  playground,
}, testInfo) => {
  const file = testInfo.outputPath("looping.wasm");
  const looping = await compile(`(module
    (memory (export "memory") 1)
    (func (export "proxy_abi_version_0_2_1"))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "proxy_on_new_connection") (param i32) (result i32)
      (loop $ever (br $ever)) (i32.const 0)))`);
  writeFileSync(file, looping);
  await playground.open();
  const input = await playground.page.waitForSelector("input[type=file]");
  await input?.uploadFile(file);
  await playground.text("main", /looping\.wasm/);
  await playground.view("1");
  await playground.outcome(/Stopped: no event for 3 s in proxy_on_new_connection/, 30_000);
  await playground.click("Back to built-in filter");
  await playground.outcome(/10\.0\.0\.42:51324 goes to egress1/);
});

test("what was changed survives a reload, and all fits a phone", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.fill("Source", "10.0.0.77:1234");
  await playground.outcome(/10\.0\.0\.77:1234 goes to egress2/);
  await page.reload();
  await playground.outcome(/10\.0\.0\.77:1234 goes to egress2/);
  await page.setViewport({ width: 390, height: 844 });
  for (const view of ["1", "2", "3", "4", "5", "6", "7"] as const) {
    await playground.view(view);
    await playground.text("main", /\S/);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(width, { message: `view ${view}` }).toBeLessThanOrEqual(390);
  }
});

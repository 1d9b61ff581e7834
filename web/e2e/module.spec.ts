/** Modules of the user's own: the report, the run, and the way back. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { compile, doubtful, idle, mistyped, otherType, trapping } from "./modules.ts";
import { viewKey } from "./playgroundPage.ts";
import { expect, test } from "./test.ts";

test("a chosen module is inspected, runs, is downloaded, and goes again", async ({
  playground,
}) => {
  await playground.open();
  const bytes = await compile(idle);
  await playground.choose("idle.wasm", bytes);

  await expect(playground.report).toContainText("idle.wasm is accepted by Envoy 1.40");
  await expect(playground.report).toContainText("It is a network (TCP) filter");
  await expect(playground.report.getByRole("row", { name: /proxy_on_new_con/ })).toContainText(
    "callback",
  );
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await expect(playground.moduleSummary).toContainText(sha256);
  await expect(playground.moduleSummary).toContainText(`${bytes.length} B`);
  await expect(playground.moduleSummary).toContainText("Nothing is uploaded");
  await expect(playground.report).toContainText("10.0.0.42:51324 goes to default");
  await playground.screenshot("module-accepted-1280");

  await playground.button("Show the trace").click();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to default");
  await expect(playground.outcome).toContainText("made no decision");

  const button = playground.button(/Download.*idle\.wasm/);
  const [download] = await Promise.all([playground.page.waitForEvent("download"), button.click()]);
  expect(download.suggestedFilename()).toBe("idle.wasm");
  expect((await readFile(await download.path())).equals(bytes)).toBe(true);

  await playground.button("Share link").click();
  await expect(playground.notice).toContainText("It holds the scenario, not idle.wasm");

  await playground.button("Back to built-in filter").click();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await expect(playground.button(/Download.*wasmerang\.wasm/)).toBeVisible();
  await expect(playground.button("Back to built-in filter")).toBeHidden();
});

test("a dropped module is taken wherever it falls, and leaves the page nowhere", async ({
  playground,
}) => {
  await playground.open();
  const requests: string[] = [];
  playground.page.on("request", (request) => requests.push(request.method()));
  await playground.hold("trap.wasm", await compile(trapping), playground.field("Source"));
  await expect(playground.page.getByText("Drop a .wasm file to run it here")).toBeVisible();
  await playground.screenshot("module-drop");
  await playground.drop();
  await expect(playground.page.getByText("Drop a .wasm file to run it here")).toBeHidden();
  await expect(playground.report).toContainText("trap.wasm is accepted");
  await expect(playground.report).toContainText("closed: the filter trapped");
  await expect(playground.field("Source")).toHaveValue("10.0.0.42:51324");
  expect(new Set(requests)).toEqual(new Set(["GET"]));

  await playground.press("1");
  await expect(playground.outcome).toContainText("closed: the filter trapped");
});

test("a missing import is refused with its near match and both types", async ({ playground }) => {
  await playground.open();
  await playground.choose("typo.wasm", await compile(mistyped));
  await expect(playground.report).toContainText("typo.wasm would be refused by Envoy 1.40");
  await expect(playground.report).toContainText(
    "The module imports env.proxy_get_propperty, which Envoy 1.40 does not have",
  );
  const fatal = playground.page.getByRole("region", { name: "The import that fails" });
  await expect(fatal).toContainText("i32 i32 i32 i32 → i32");
  await expect(fatal).toContainText("near match");
  await expect(fatal).toContainText("env.proxy_get_property: i32 i32 i32 i32 → i32");
  const row = playground.report.getByRole("row", { name: /proxy_get_propperty/ });
  await expect(row).toContainText("not offered; Envoy stops here");
  await expect(playground.moduleSummary).toContainText(
    "Failed to load Wasm module due to a missing import: env.proxy_get_propperty",
  );
  // It runs all the same: Envoy refuses it.
  await expect(playground.report).toContainText("not accepted: plugin refused");
  await playground.button("Show the trace").click();
  await expect(playground.outcome).toContainText("not accepted: plugin refused");
});

test("an import of another type is written out both ways", async ({ playground }) => {
  await playground.open();
  await playground.choose("old.wasm", await compile(otherType));
  const fatal = playground.page.getByRole("region", { name: "The import that fails" });
  await expect(fatal).toContainText("i32 i32 i32 i32 → i32");
  await expect(fatal).toContainText("i32 i32 i32 → i32");
  await expect(playground.report.getByRole("row", { name: /env\.proxy_log/ })).toContainText(
    "another type: i32 i32 i32 → i32; Envoy stops here",
  );
});

test("what is accepted and hardly meant is said", async ({ playground }) => {
  await playground.open();
  await playground.choose("odd.wasm", await compile(doubtful));
  await expect(playground.report).toContainText("is accepted by Envoy 1.40, with 2 warnings");
  const warnings = playground.page.getByRole("list", { name: "Warnings" });
  await expect(warnings).toContainText("start section");
  await expect(warnings).toContainText("No callback of a network or HTTP filter");
});

test("files that are no module are named, and nothing is lost", async ({ playground }) => {
  await playground.open();
  await playground.field("Source").fill("10.0.0.44:1");
  await expect(playground.outcome).toContainText("10.0.0.44:1 goes to egress1");
  const whole = await compile(idle);
  const files: readonly (readonly [string, Buffer, string])[] = [
    ["notes.txt", Buffer.from("Remember the milk"), "is not a WebAssembly module"],
    ["filter.wasm.gz", gzipSync(whole), "gzip data; unpack it first"],
    ["component.wasm", Buffer.from([0, 97, 115, 109, 13, 0, 1, 0]), "wasm component"],
    ["half.wasm", whole.subarray(0, whole.length - 20), "cut off"],
    ["empty.wasm", Buffer.alloc(0), "The file is empty"],
  ];
  for (const [name, bytes, says] of files) {
    await playground.choose(name, bytes);
    await expect(playground.report, name).toContainText(name);
    await expect(playground.report, name).toContainText(says);
    await expect(playground.report, name).toContainText("not accepted");
  }
  await expect(playground.field("Source")).toHaveValue("10.0.0.44:1");
  await playground.button("Back to the built-in filter").click();
  await expect(playground.report).toContainText("wasmerang.wasm is accepted by Envoy 1.40");
  await playground.press("1");
  await expect(playground.outcome).toContainText("10.0.0.44:1 goes to egress1");
});

test("a file over the limit is refused, the running module stays", async ({ playground }) => {
  await playground.open();
  await playground.dropSize("huge.wasm", 64 * 1024 * 1024 + 1);
  await expect(playground.notice).toContainText("huge.wasm has 64.0 MiB. The limit here is 64 MiB");
  await expect(playground.notice).toContainText("wasmerang.wasm stays");
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
});

test("a module of 3 MB does not block the page", async ({ playground }) => {
  await playground.open();
  // 30,000 functions of a hundred bytes.
  const body = "(drop (i32.add (i32.const 1000000) (i32.const 2000000)))".repeat(8);
  const functions = `(func (param i32) ${body})`.repeat(30_000);
  const bytes = await compile(idle.replace(/\)$/, `${functions})`));
  expect(bytes.length).toBeGreaterThan(2_500_000);
  const file = test.info().outputPath("large.wasm");
  await writeFile(file, bytes);
  await playground.watchTasks();
  await playground.chooseFile(file);
  await expect(playground.report).toContainText("large.wasm is accepted", { timeout: 20_000 });
  await expect(playground.report).toContainText("goes to default", { timeout: 20_000 });
  const longest = await playground.longestTask();
  test.info().annotations.push({ type: "longest task", description: `${longest} ms` });
  console.log(`3 MB module: longest task of the page ${longest} ms`);
  expect(longest).toBeLessThan(200);
});

test("the module view is reached and read by keys alone", async ({ playground }) => {
  await playground.open();
  await playground.press(viewKey("module"));
  await expect(playground.report).toContainText("wasmerang.wasm is accepted by Envoy 1.40");
  await expect(playground.moduleSummary).toContainText("AssemblyScript");
  // The browser is told at once to hand choosers over; told with the key, it may show one instead.
  const opened = playground.page.waitForEvent("filechooser");
  // Arrow keys scroll here; the playhead stays.
  await playground.report.focus();
  await playground.press("ArrowDown", "End");
  await playground.press("1");
  await expect(playground.timeline).toContainText("Whole run");

  const choose = playground.button("Open .wasm");
  await choose.focus();
  await playground.press("Enter");
  const chooser = await opened;
  await chooser.setFiles({
    name: "idle.wasm",
    mimeType: "application/wasm",
    buffer: await compile(idle),
  });
  await expect(playground.report).toContainText("idle.wasm is accepted");
});

test("what is modelled is searched and narrowed", async ({ playground }) => {
  await playground.open();
  await playground.openModelled();
  const dialog = playground.page.getByRole("dialog", { name: "What is modelled" });
  const functions = dialog.getByRole("table", { name: "Host functions" });
  await expect(functions.getByRole("row", { name: /proxy_log/ })).toContainText(/proven\s*\d+/);
  await dialog.getByRole("searchbox").fill("foreign_function");
  await expect(functions.getByRole("row")).toHaveCount(2);
  await expect(functions).toContainText("proxy_call_foreign_function");
  await dialog.getByRole("searchbox").fill("sqlite");
  await expect(dialog.getByRole("status")).toHaveText("No row matches “sqlite”.");
  await dialog.getByRole("searchbox").fill("");
  await dialog.getByRole("button", { name: /^not modelled \d+/ }).click();
  await expect(dialog.getByRole("table", { name: "Behaviours" })).not.toContainText("proven");
});

/** The sources in the page: edited, compiled, run, mended, taken along. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { axeFindings } from "./axe.ts";
import { CodePage, codeTest as test } from "./codePage.ts";
import { PlaygroundPage } from "./playgroundPage.ts";
import { expect } from "./test.ts";

test.describe.configure({ timeout: 150_000 });

const shipped = (file: string) => readFileSync(`filter/${file}`);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Where the source of `filter.ts` or another file has some text; lines count from 1. */
function lineOf(file: string, text: string): number {
  const line =
    shipped(file)
      .toString()
      .split("\n")
      .findIndex((it) => it.includes(text)) + 1;
  expect(line, `${file} has ${text}`).toBeGreaterThan(0);
  return line;
}

test("an edit gives a new decision, and one back gives the old one", async ({
  playground,
  code,
}) => {
  const compilerBytes: number[] = [];
  playground.page.on("response", (response) => {
    if (!/compiler\.worker.*\.js$/.test(response.url())) return;
    compilerBytes.push(Number(response.headers()["content-length"] ?? 0));
  });
  await playground.open();
  await code.choose("Minimal");
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress2");
  expect(compilerBytes, "a starting point needs no compiler").toEqual([]);

  await code.open();
  await code.replace('"egress2"', '"egress1"');
  await expect(code.build).toContainText(/Loading the AssemblyScript compiler \(\d+ MB, once\)/);
  const said = /\((\d+) MB/.exec((await code.build.textContent()) ?? "")?.[1];
  await code.compiled();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await expect(code.module).toContainText("minimal.edited.wasm");
  await playground.screenshot("code-edited");
  const [fetched] = compilerBytes;
  if (fetched) expect(Number(said)).toBeCloseTo(fetched / 1e6, -0.3);

  // The compiler is warm now. The figure includes the 150 ms for which typing must pause.
  await code.find("egress1");
  const startedAt = Date.now();
  await playground.page.keyboard.insertText("egress3");
  await expect(playground.outcome).toContainText("no cluster egress3", { timeout: 30_000 });
  const milliseconds = Date.now() - startedAt;
  const description = `${milliseconds} ms, of which 150 ms wait for typing to pause`;
  test.info().annotations.push({ type: "keystroke to new decision, -O0", description });
  console.log(`keystroke to new decision, -O0: ${description}; ${await code.build.textContent()}`);
});

test("an error is listed and marked, the last run stays, and mending it runs", async ({
  playground,
  code,
}) => {
  await code.openMinimal();
  await code.replace("setCluster(CLUSTER);", "setCluster(CLUSTR); nothing();");
  await expect(code.build).toContainText("2 errors. Showing the last run that compiled.", {
    timeout: 60_000,
  });
  await expect(code.diagnostics.getByRole("listitem")).toHaveCount(2);
  const line = lineOf("gallery/minimal.ts", "setCluster(CLUSTER);");
  await expect(code.diagnostics).toContainText(
    `Cannot find name 'CLUSTR'. AS2304 minimal.ts:${line}:16`,
  );
  await expect(code.editor.locator(".squiggly-error")).toHaveCount(2);
  await expect(playground.outcome).toContainText("goes to egress2");
  await expect(code.button("Download .wasm")).toBeDisabled();
  await playground.screenshot("code-errors");

  // The list leads to the line, from another file too.
  await code.openFile("setCluster.ts");
  await code.diagnostics.getByRole("button").first().click();
  await expect(code.files.getByRole("tab", { selected: true })).toContainText("minimal.ts");
  await expect(code.editor.locator("textarea").first()).toBeFocused();

  await code.replace("setCluster(CLUSTR); nothing();", "setCluster(CLUSTER);");
  await expect(code.diagnostics).toBeHidden({ timeout: 60_000 });
  await expect(code.build).toContainText("As shipped");
  await expect(code.editor.locator(".squiggly-error")).toHaveCount(0);
});

test("an endless loop of the user's is stopped and said to, and the page goes on", async ({
  playground,
  code,
}) => {
  await code.openMinimal();
  await code.replace("setCluster(CLUSTER);", "while (true) {}");
  await expect(code.result).toContainText("Stopped: no event for 3 s in proxy_on_new_connection", {
    timeout: 90_000,
  });
  await playground.screenshot("code-endless");
  await code.button("Reset").click();
  await expect(playground.outcome).toContainText("goes to egress2");
  await expect(code.build).toContainText("As shipped");
});

test("a trap in edited code shows its line", async ({ playground, code }) => {
  await code.openMinimal();
  await code.replace("setCluster(CLUSTER);", "unreachable();");
  await expect(playground.outcome).toContainText("closed: the filter trapped", { timeout: 90_000 });
  await code.showView("Trace");
  const line = lineOf("gallery/minimal.ts", "setCluster(CLUSTER);");
  await playground.trace.getByText("trap in on_new_connection").click();
  const link = playground.inspector.getByRole("button", { name: `minimal.ts:${line}` });
  await expect(link).toBeVisible();
  await playground.screenshot("code-trap");
  await link.click();
  await code.waitForEditor();
  await expect(code.line("unreachable();")).toBeVisible();
  await expect(code.result).toContainText(`Host calls of minimal.ts:${line}`);
});

test("events lead to lines, and lines to the calls that they made", async ({
  playground,
  code,
}) => {
  await playground.open();
  await code.open();
  const line = lineOf("assembly/filter.ts", "status = getProperty(SOURCE_ADDRESS, source)");
  // The first look is at the call that decides, a step in the run at its own line.
  const sets = "status = callForeignFunction(SET_FILTER_STATE, argument, result);";
  await expect(code.line(sets)).toBeVisible();
  await playground.leaveFields();
  await playground.press("d");
  await expect(code.line(sets)).toBeVisible();
  await expect(code.editor.locator(".line-current")).toHaveCount(1);
  await expect(code.editor.locator(".line-value").filter({ hasText: "Ok" }).first()).toBeVisible();
  await playground.screenshot("code-lines");

  // A line shows its calls, and selects the one of the connection in view.
  await code.find("let status = getProperty");
  await code.line("let status = getProperty(SOURCE_ADDRESS, source);").click();
  await expect(code.result).toContainText(`Host calls of filter.ts:${line}`);
  const calls = code.result.locator("ol.calls li");
  await expect(calls).toHaveCount(2);
  await expect(calls.first()).toContainText("get_property");
  await expect(calls.first()).toContainText("10.0.0.42:51324");

  // In the trace, the inspector has the way back.
  await calls.first().getByRole("button").click();
  await code.showView("Trace");
  await playground.inspector.getByRole("button", { name: `filter.ts:${line}` }).click();
  await code.waitForEditor();
  await expect(code.line("let status = getProperty(SOURCE_ADDRESS, source);")).toBeVisible();
});

test("what is downloaded has the bytes of npm run build:wasm, compiled here too", async ({
  playground,
  code,
}) => {
  await playground.open();
  await code.open();
  const release = shipped("build/wasmerang.wasm");
  await expect(await code.download("Download .wasm")).toEqual(release);
  await expect(code.result).toContainText(sha256(release));
  await expect(code.result).toContainText(
    `${release.length.toLocaleString("en").replaceAll(",", " ")} B`,
  );

  // Another comment is the same program: now the compiler of the page has to make the same bytes.
  await code.replace("filter: reads", "filter reads");
  await code.compiled();
  await expect(code.module).toContainText("wasmerang.edited.wasm");
  expect(sha256(await code.download("Download .wasm"))).toBe(sha256(release));

  const files = unzipSync(await code.download("Download sources"));
  expect(Object.keys(files)).toContain("assembly/proxy-wasm/host.ts");
  expect(new TextDecoder().decode(files["assembly/filter.ts"])).toMatch(/^\/\*\* The filter reads/);
  expect(new TextDecoder().decode(files["asconfig.json"])).toBe(
    shipped("asconfig.json").toString(),
  );
});

test("sources survive a reload, each starting point's own; reset brings the shipped ones", async ({
  playground,
  code,
}) => {
  await code.openMinimal();
  await code.replace('"egress2"', '"egress1"');
  await code.compiled();
  await code.choose("Closing");
  await expect(playground.outcome).toContainText("goes to default");
  await code.choose("Minimal");
  await code.compiled();
  await expect(playground.outcome).toContainText("goes to egress1");

  await playground.page.waitForTimeout(1000);
  await playground.page.reload();
  await expect(playground.outcome).toContainText("goes to egress1", { timeout: 60_000 });
  await code.open();
  await expect(code.line('asciiBytes("egress1")')).toBeVisible();

  await code.button("Reset").click();
  await expect(code.line('asciiBytes("egress2")')).toBeVisible();
  await expect(playground.outcome).toContainText("goes to egress2");
  await expect(code.button("Reset")).toBeDisabled();
});

test("a link carries changed sources, and own changes can be brought back", async ({
  playground,
  code,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await code.openMinimal();
  await code.replace('"egress2"', '"egress1"');
  await code.compiled();
  await playground.button(/^Share/).click();
  await expect(playground.notice).toContainText("the changed sources");
  const link = await playground.page.evaluate(() => navigator.clipboard.readText());

  await code.replace('"egress1"', '"egress9"');
  await expect(playground.outcome).toContainText("egress9", { timeout: 60_000 });

  const other = await context.newPage();
  await other.goto(link);
  const theirs = new CodePage(new PlaygroundPage(other));
  await expect(theirs.playground.outcome).toContainText("goes to egress1", { timeout: 60_000 });
  await theirs.waitForEditor();
  await theirs.button("Show the others").click();
  await expect(theirs.playground.outcome).toContainText("egress9", { timeout: 60_000 });

  // Edited, with both in reach still, also after the page was left.
  await theirs.button("Show the others").click();
  await expect(theirs.playground.outcome).toContainText("goes to egress1", { timeout: 60_000 });
  await theirs.replace('"egress1"', '"egress8"');
  await expect(theirs.playground.outcome).toContainText("egress8", { timeout: 60_000 });
  const later = await context.newPage();
  const again = new CodePage(new PlaygroundPage(later));
  await again.openMinimal();
  await expect(again.playground.outcome).toContainText("egress8", { timeout: 60_000 });
  await again.button("Show the others").click();
  await expect(again.playground.outcome).toContainText("egress9", { timeout: 60_000 });
  await again.button("Forget the others").click();
  await expect(again.button("Show the others")).toBeHidden();
});

test("the compiler that cannot be loaded is said to, and comes with a retry", async ({
  playground,
  code,
}) => {
  await playground.page.route(/compiler\.worker/, (route) => route.fulfill({ status: 404 }));
  await code.openMinimal();
  await code.replace('"egress2"', '"egress1"');
  await expect(code.build).toContainText(
    "The compiler could not be loaded. Running, stepping and export still work.",
  );
  await expect(playground.outcome).toContainText("goes to egress2");
  await playground.page.unroute(/compiler\.worker/);
  await code.build.getByRole("button", { name: "Retry" }).click();
  await code.compiled();
  await expect(playground.outcome).toContainText("goes to egress1");
});

const outcomes: readonly (readonly [name: string, outcome: string])[] = [
  ["Minimal", "10.0.0.42:51324 goes to egress2"],
  ["Logging", "10.0.0.42:51324 goes to default"],
  ["Closing", "10.0.0.42:51324 goes to default"],
  ["First bytes", "10.0.0.42:51324 goes to egress"],
  ["Trapping", "10.0.0.42:51324 goes to egress1"],
  ["Too late to route", "10.0.0.42:51324 goes to default"],
  ["The filter", "10.0.0.42:51324 goes to egress1"],
];

test("each starting point opens at once, and does what it says", async ({ playground, code }) => {
  await playground.open();
  for (const [name, outcome] of outcomes) {
    await code.choose(name);
    await expect(playground.outcome, name).toContainText(outcome);
    if (name === "Closing" || name === "Trapping") {
      await playground.connections.nth(1).click();
      await expect(playground.outcome, name).toContainText(
        name === "Closing" ? "closed" : "closed: the filter trapped",
      );
      await playground.connections.nth(0).click();
    }
    if (name === "First bytes") await expect(playground.notice).toContainText("max_early_data");
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ]) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      // axe is put into the page as a script.
      test.use({ colorScheme, viewport, bypassCSP: true });
      test("fits, and axe finds nothing", async ({ playground, code }) => {
        await playground.open();
        await code.open();
        const name = `${colorScheme}-${viewport.width}`;
        await code.find("status = callForeignFunction");
        await playground.screenshot(`code-${name}`);
        expect(await axeFindings(playground.page), "source").toEqual([]);
        expect(await playground.overflow()).toEqual([]);
        if (viewport.width < 760) {
          await code.page.getByRole("button", { name: "Result", exact: true }).click();
          await playground.screenshot(`code-result-${name}`);
          expect(await axeFindings(playground.page), "result").toEqual([]);
          await code.page.getByRole("button", { name: "Source", exact: true }).click();
        }
        await code.openGallery();
        await playground.screenshot(`gallery-${name}`);
        expect(await axeFindings(playground.page), "gallery").toEqual([]);
      });
    });
  }
}

test("everything by keyboard: view, file, edit, leave, list of errors, reset", async ({
  playground,
  code,
}) => {
  await playground.open();
  await playground.press("2");
  await code.waitForEditor();
  const filter = code.files.getByRole("tab", { name: "filter.ts" });
  await filter.focus();
  await playground.press("ArrowRight");
  await expect(code.files.getByRole("tab", { selected: true })).not.toHaveText("filter.ts");
  await playground.press("ArrowLeft");
  await expect(filter).toBeFocused();
  await code.replace("const SOURCE_ADDRESS", "cnst SOURCE_ADDRESS");
  await expect(code.diagnostics).toBeVisible({ timeout: 60_000 });
  // Tab indents in the editor; Escape closes what popped up, and then leaves it.
  await playground.press("Escape", "Escape");
  await expect(filter).toBeFocused();
  await code.diagnostics.getByRole("button").first().focus();
  await playground.press("Enter");
  await expect(code.editor.locator("textarea").first()).toBeFocused();
  await playground.press("Escape");
  await code.button("Reset").focus();
  await playground.press("Enter");
  await expect(code.build).toContainText("As shipped");
});

/** What the Code view does when sources do not compile, or the compiler itself is lost. */
import { codeTest as test, type CodePage } from "./codePage.ts";
import { expect } from "./test.ts";
import type { PlaygroundPage } from "./playgroundPage.ts";

test.describe.configure({ timeout: 150_000 });

const CLUSTER = 'asciiBytes("egress2")';

/** Gives the page another compiler from now on. */
async function replaceCompiler(playground: PlaygroundPage, script: string): Promise<void> {
  await playground.page.route(/compiler\.worker/, (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `postMessage({ kind: "loaded" });\n${script}`,
    }),
  );
}
/** Until `calm`, the minutes that the page gives to the compiler pass in seconds. */
const hasten = (playground: PlaygroundPage) =>
  playground.page.addInitScript(() => {
    const real = setTimeout;
    const now = globalThis as { isCalm?: boolean };
    const hasty = (callback: () => void, milliseconds?: number) =>
      real(callback, milliseconds === 60_000 && !now.isCalm ? 3000 : milliseconds);
    Object.assign(globalThis, { setTimeout: hasty });
  });
const calm = (playground: PlaygroundPage) =>
  playground.page.evaluate(() => void Object.assign(globalThis, { isCalm: true }));
const restoreCompiler = (playground: PlaygroundPage) => playground.page.unroute(/compiler\.worker/);

/** A change that compiles is run, so the compiler is alive. */
async function expectCompiles(code: CodePage): Promise<void> {
  await code.replace('"egress2"', '"egress1"');
  await code.minimalRuns();
}

test("an error in a file that is not open is listed with its file, and leads there", async ({
  playground,
  code,
}) => {
  await code.openMinimal();
  await code.openFile("setCluster.ts");
  await code.replace("export function setCluster(", "export function setClusters(");
  await code.openFile("minimal.ts");
  await expect(code.diagnostics).toContainText(/has no exported member 'setCluster'/, {
    timeout: 60_000,
  });
  await code.openFile("setCluster.ts");
  await code.replace("export function setClusters(", "export function setCluster( wrong ");
  await code.openFile("minimal.ts");
  const row = code.diagnostics.getByRole("button").filter({ hasText: "setCluster.ts:" }).first();
  await expect(row).toBeVisible({ timeout: 60_000 });
  await playground.screenshot("code-error-elsewhere");
  await row.click();
  await expect(code.files.getByRole("tab", { selected: true })).toContainText("setCluster.ts");
  await expect(code.editor.locator(".squiggly-error").first()).toBeVisible();
  await code.button("Reset").click();
  await expect(code.diagnostics).toBeHidden();
});

test("sources that do not compile survive a reload, with the starting point that runs", async ({
  playground,
  code,
}) => {
  await playground.open();
  await code.choose("Minimal");
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress2");
  await code.open();
  await code.replace(CLUSTER, "asciiBytes(");
  await expect(code.build).toContainText("Showing the last run that compiled", {
    timeout: 60_000,
  });
  await playground.page.reload();
  // Not the built-in filter, which would route this source to egress1.
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress2", {
    timeout: 60_000,
  });
  await code.showView("Code");
  await code.waitForEditor();
  await expect(code.line("const CLUSTER = asciiBytes(")).toBeVisible();
  await expect(code.diagnostics.getByRole("listitem").first()).toBeVisible({ timeout: 60_000 });
  await playground.screenshot("code-broken-after-reload");
  await code.button("Reset").click();
  await expectCompiles(code);
});

test("types that grow without end are ended before they take the page along", async ({
  playground,
  code,
}) => {
  await code.openMinimal();
  await expectCompiles(code);
  await code.replace(
    "const CLUSTER",
    "class Pair<A, B> {}\nfunction deeper<T>(): void { deeper<Pair<T, T>>(); }\ndeeper<u8>();\nconst CLUSTER",
  );
  await expect(code.build).toContainText("The types that Pair is made of grow without end", {
    timeout: 60_000,
  });
  await expect(code.build).toContainText("The compiler failed. Showing the last run that compiled");
  await expect(playground.outcome).toContainText("goes to egress1");
  await playground.screenshot("code-compiler-failed");
  await code.button("Reset").click();
  await expect(playground.outcome).toContainText("goes to egress2");
  await expectCompiles(code);
});

test("a compiler that hangs is ended and said so, and the next edit gets another one", async ({
  playground,
  code,
}) => {
  await replaceCompiler(playground, "onmessage = () => { for (;;); };");
  await hasten(playground);
  await code.openMinimal();
  await code.replace('"egress2"', '"egress3"');
  await expect(code.build).toContainText("The compiler did not answer within 60 s", {
    timeout: 20_000,
  });
  await expect(playground.outcome).toContainText("goes to egress2");
  await restoreCompiler(playground);
  await calm(playground);
  await code.button("Reset").click();
  await expectCompiles(code);
});

test("a compiler that hangs gives way to sources that were changed since", async ({
  playground,
  code,
}) => {
  await replaceCompiler(playground, "onmessage = () => { for (;;); };");
  await code.openMinimal();
  await code.replace('"egress2"', '"egress3"');
  await expect(code.build).toContainText("Compiling…");
  await restoreCompiler(playground);
  // As long as a slow machine may take for one.
  await playground.page.waitForTimeout(11_000);
  await code.replace('"egress3"', '"egress1"');
  await code.minimalRuns();
});

test("a compiler that dies is said so, and Retry gets another one", async ({
  playground,
  code,
}) => {
  await replaceCompiler(
    playground,
    "onmessage = () => setTimeout(() => { throw new Error('lost on the way'); });",
  );
  await code.openMinimal();
  await code.replace('"egress2"', '"egress1"');
  await expect(code.build).toContainText("lost on the way");
  await expect(code.build).toContainText("The compiler failed. Showing the last run that compiled");
  await expect(playground.outcome).toContainText("goes to egress2");
  await restoreCompiler(playground);
  await code.build.getByRole("button", { name: "Retry" }).click();
  await code.minimalRuns();
});

test("sources that took the page along are not compiled again by themselves", async ({
  playground,
  code,
}) => {
  await replaceCompiler(playground, "onmessage = () => { for (;;); };");
  // As when a tab crashes: nothing of the page hears that it ends.
  await playground.page.addInitScript(() =>
    addEventListener("pagehide", (event) => event.stopImmediatePropagation(), true),
  );
  await code.openMinimal();
  await code.replace('"egress2"', '"egress1"');
  await expect(code.build).toContainText("Compiling…");
  await playground.page.waitForTimeout(1000);
  await restoreCompiler(playground);
  await playground.page.reload();
  await expect(playground.outcome).toContainText("goes to egress2", { timeout: 60_000 });
  await code.showView("Code");
  await code.waitForEditor();
  await expect(code.build).toContainText(
    "The browser ended the page while these sources were compiled.",
  );
  await expect(code.line('asciiBytes("egress1")')).toBeVisible();
  await code.build.getByRole("button", { name: "Retry" }).click();
  await code.minimalRuns();
});

/** What is typed and is no scenario yet outlives a reload, another scenario, a file and a link. */
import { expect, test } from "./test.ts";
import type { PlaygroundPage } from "./playgroundPage.ts";

const broken = '{\n  "clusters": {},\n  "connections": [},\n}';

const notFinished = (playground: PlaygroundPage) =>
  playground.page.getByRole("list", { name: "Not finished, in this browser" });

for (const isQuick of [true, false]) {
  const when = isQuick ? "at once" : "after a while";
  test(`a text that cannot be read survives a reload ${when}`, async ({ playground }) => {
    await playground.open();
    await playground.field("Source").fill("10.4.4.4:44");
    await expect(playground.outcome).toContainText("10.4.4.4:44 goes to");
    await playground.editAs("JSON");
    await playground.json.fill(broken);
    await expect(playground.jsonProblems).toBeVisible();
    if (!isQuick) await playground.page.waitForTimeout(1200);
    await playground.page.reload();

    await expect(playground.outcome).toContainText("10.4.4.4:44 goes to");
    await expect(playground.json).toContainText('"connections": [}');
    await expect(playground.jsonProblems).toContainText("Line 3: A value is expected here");
    await expect(playground.runState).toContainText("The JSON is no scenario yet");
    await playground.screenshot("unfinished-json");

    // Mended, it is a scenario like any other, and nothing is left of the text.
    await playground.json.fill(
      '{"clusters": {"a": {"endpoints": []}}, "tcpProxy": {"cluster": "a"}, "connections": []}',
    );
    await expect(playground.outcome).toContainText("No connections");
    await playground.page.waitForTimeout(800);
    await playground.page.reload();
    await expect(playground.outcome).toContainText("No connections");
    await expect(playground.jsonProblems).toBeHidden();
  });
}

test("it also comes back when the page is opened without a link", async ({ playground }) => {
  await playground.open();
  await playground.editAs("JSON");
  await playground.json.fill("{");
  await playground.page.waitForTimeout(800);
  await playground.page.goto("about:blank");
  await playground.open();
  await expect(playground.jsonProblems).toContainText("Line 1");
  await playground.button("Back to it").click();
  await playground.page.waitForTimeout(800);
  await playground.page.goto("about:blank");
  await playground.open();
  await playground.editAs("JSON");
  await expect(playground.json).toContainText('"source": "10.0.0.42:51324"');
  await expect(playground.runState).toBeHidden();
});

test("half typed fields and wrong values of the form survive a reload", async ({ playground }) => {
  await playground.open();
  await playground.connections.nth(1).click();
  await playground.field("Source").fill("10.0.0.");
  await playground.field("Bytes that the client sends").fill("many");
  await playground.button("Edit clusters").click();
  await playground.field("Name of cluster egress1").fill("egress2");
  await playground.button("More settings").click();
  await playground.field("Attempts").fill("x");
  await playground.page.reload();

  await expect(playground.outcome).toContainText("10.0.0.43:51325 goes to egress2");
  await expect(playground.field("Source")).toHaveValue("10.0.0.");
  await expect(playground.field("Source")).toHaveAttribute("aria-invalid", "true");
  await expect(playground.field("Bytes that the client sends")).toHaveValue("many");
  await expect(playground.field("Name of cluster egress1")).toHaveValue("egress2");
  await expect(playground.field("Attempts")).toHaveValue("x");
  await expect(playground.runState).toContainText("4 fields are wrong");
  await playground.screenshot("unfinished-form");

  await playground.field("Source").fill("10.0.0.5:55");
  await playground.field("Bytes that the client sends").fill("3");
  await playground.field("Name of cluster egress1").fill("egress1");
  await playground.field("Attempts").fill("1");
  await expect(playground.outcome).toContainText("10.0.0.5:55 goes to egress2");
  await playground.page.waitForTimeout(800);
  await playground.page.reload();
  await expect(playground.runState).toBeHidden();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
});

test("a half typed step is in view again", async ({ playground }) => {
  await playground.open();
  await playground.button("Edit each step").click();
  await playground.field("Form of the bytes of step 1").selectOption("hex");
  await playground.field("Bytes of step 1").fill("00 f");
  await playground.page.reload();
  await expect(playground.field("Bytes of step 1")).toHaveValue("00 f");
  await expect(playground.field("Bytes of step 1")).toHaveAttribute("aria-invalid", "true");
});

test("a preset, a file and a link make room for it in the list of files", async ({
  playground,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open();
  await playground.field("Source").fill("10.6.6.6:6");
  await expect(playground.page).toHaveURL(/#s=/);
  const link = playground.page.url();
  await playground.page.goto("about:blank");
  await playground.open();
  await playground.editAs("JSON");
  await playground.json.fill('{"first": ');
  await expect(playground.jsonProblems).toContainText("Line 1");

  // A file that is none takes its place: the text that was typed stays.
  await playground.chooseScenario("cut.json", '{"second": ');
  await expect(playground.json).toContainText('"second"');
  await playground.chooseScenario(
    "whole.json",
    '{"clusters": {"a": {"endpoints": []}}, "tcpProxy": {"cluster": "a"}, "connections": []}',
  );
  await expect(playground.outcome).toContainText("No connections");

  // Another link in the same tab shows what it holds.
  await playground.page.goto("about:blank");
  await playground.page.goto(link);
  await expect(playground.outcome).toContainText("10.6.6.6:6 goes to egress1");
  await playground.button(/^Files$/).click();
  await expect(notFinished(playground).getByRole("button")).toHaveText(['{"second":', '{"first":']);
  await playground.screenshot("unfinished-files");
  await notFinished(playground).getByRole("button", { name: "first" }).click();
  await expect(playground.json).toContainText('"first"');
  await expect(playground.jsonProblems).toContainText("Line 1");
  await expect(notFinished(playground).getByRole("button")).toHaveText(['{"second":']);
});

for (const stored of ["{", "5", "[5]", '[{"id": "a", "drafts": {"$": "{"}}]']) {
  test(`a store that holds ${stored} does no harm`, async ({ playground }) => {
    await playground.page.addInitScript((value) => {
      localStorage.setItem("wasmerang.unfinished", value);
    }, stored);
    await playground.open();
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
    await playground.field("Source").fill("10.0.0.43:51324");
    await expect(playground.outcome).toContainText("10.0.0.43:51324 goes to egress2");
  });
}

test("a text in UTF-16, as Windows shells write it, is read", async ({ playground }) => {
  await playground.open();
  const text =
    '{"clusters": {"a": {"endpoints": []}}, "tcpProxy": {"cluster": "a"}, "connections": []}';
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  await playground.choose("windows.json", bytes);
  await expect(playground.outcome).toContainText("No connections");
});

import { deflateRawSync } from "node:zlib";
import { expect, test } from "./test.ts";

const presets = [
  { name: "Even and odd source", outcomes: ["goes to egress1", "goes to egress2"] },
  { name: "Istio cluster names", outcomes: ["goes to egress1", "goes to egress2"] },
  { name: "IPv6 source", outcomes: ["goes to egress1", "goes to egress2"] },
  { name: "No decision", outcomes: ["goes to default", "goes to egress2"] },
  { name: "Cluster does not exist", outcomes: ["closed: no cluster egress9", "goes to egress2"] },
  { name: "Connection refused", outcomes: ["closed: egress1", "goes to egress2"] },
  { name: "Configuration rejected", outcomes: ["not accepted", "not accepted"] },
] as const;

for (const { name, outcomes } of presets) {
  test(`preset: ${name}`, async ({ playground }) => {
    await playground.open();
    await playground.preset(name).click();
    await expect(playground.preset(name)).toHaveAttribute("aria-pressed", "true");
    for (const [index, outcome] of outcomes.entries()) {
      await playground.connections.nth(index).click();
      await expect(playground.outcome).toContainText(outcome);
    }
    await playground.connections.first().click();
    await playground.screenshot(`preset-${name.toLowerCase().replaceAll(" ", "-")}`);
  });
}

test("connections are added, edited and removed", async ({ playground }) => {
  await playground.open();
  await playground.button("Add a connection").click();
  await expect(playground.connections).toHaveCount(3);
  await expect(playground.field("Source")).toHaveValue("10.0.0.44:51326");
  await expect(playground.outcome).toContainText("10.0.0.44:51326 goes to egress1");
  for (let count = 0; count < 3; count += 1) {
    await playground.button("Remove the selected connection").click();
  }
  await expect(playground.outcome).toContainText("No connections. Add one to run the filter.");
  await playground.screenshot("no-connections");
  await playground.button("Add a connection").click();
  await expect(playground.outcome).toContainText("goes to egress");
});

test("without run on change, Run and Ctrl Enter run", async ({ playground }) => {
  await playground.open();
  await playground.page.getByRole("checkbox", { name: "Run on change" }).uncheck();
  await playground.field("Source").fill("10.0.0.1:1000");
  await expect(playground.runState).toContainText("Scenario changed.");
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await playground.screenshot("stale");
  await playground.press("Control+Enter");
  await expect(playground.outcome).toContainText("10.0.0.1:1000 goes to egress2");
  await expect(playground.runState).toBeHidden();
  // The choice outlives the page.
  await playground.page.reload();
  await expect(playground.page.getByRole("checkbox", { name: "Run on change" })).not.toBeChecked();
});

test("the configuration is one text in three modes", async ({ playground }) => {
  await playground.open();
  await expect(playground.configuration).toHaveValue("standalone");
  expect(await playground.textBelow(playground.configuration)).toBe(
    "10 bytes, delivered as StringValue",
  );
  await playground.button(/^istio$/).click();
  await expect(playground.configuration).toHaveValue("istio");
  await expect(playground.outcome).toContainText("closed: no cluster egress1");
  await playground.configurationMode("JSON").click();
  await playground.configuration.fill('{"clusters": ["default"]}');
  await expect(playground.outcome).toContainText("goes to default");
  await expect(playground.configurationMode("JSON")).toHaveAttribute("aria-pressed", "true");
});

test("a share link carries the whole scenario", async ({ playground, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open();
  await playground.field("Source").fill("[2001:db8::7]:9");
  await playground.field("SNI").fill("example.org");
  await playground.field("On failure").selectOption("FAIL_OPEN");
  await expect(playground.outcome).toContainText("[2001:db8::7]:9 goes to egress2");
  await playground.button("Share link").click();
  await expect(playground.notice).toHaveText(/^Link copied, \d+ characters\./);
  const link = await playground.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#s=1\.[\w-]+$/);

  await playground.page.goto("about:blank");
  await playground.page.goto(link);
  await expect(playground.outcome).toContainText("[2001:db8::7]:9 goes to egress2");
  await expect(playground.field("SNI")).toHaveValue("example.org");
  await expect(playground.field("On failure")).toHaveValue("FAIL_OPEN");
});

test("a reload keeps what was typed", async ({ playground }) => {
  await playground.open();
  await playground.field("Source").fill("10.9.8.7:6543");
  await expect(playground.page).toHaveURL(/#s=1\./);
  await playground.page.reload();
  await expect(playground.outcome).toContainText("10.9.8.7:6543 goes to egress2");
});

const linkOf = (value: unknown) =>
  `#s=1.${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

for (const [hash, notice] of [
  [linkOf({ connections: 5 }), "This link could not be read. Showing the default scenario."],
  [linkOf(null), "This link could not be read. Showing the default scenario."],
  ["#s=3.q1ZKTEpWAgA", "This link could not be read (version 3). Showing the default scenario."],
  ["#s=1.garbage", "This link could not be read. Showing the default scenario."],
  ["#s=", "This link could not be read. Showing the default scenario."],
] as const) {
  test(`the link ${hash} gives the default scenario and says so`, async ({ playground }) => {
    await playground.open(hash);
    await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
    await expect(playground.notice).toHaveText(notice);
  });
}

test("a link pasted into the open page is followed", async ({ playground }) => {
  await playground.open();
  await playground.page.evaluate(() => {
    location.hash = "#s=7.abc";
  });
  await expect(playground.notice).toContainText("(version 7)");
});

test("fifty connections fit and are all decided", async ({ playground }) => {
  const connections = Array.from({ length: 50 }, (_, index) => ({
    source: `10.0.1.${index}:${40000 + index}`,
    destination: "203.0.113.10:443",
    steps: [{ downstream: "hello" }, { upstream: "hi" }, { close: "client" }],
  }));
  const clusters = Object.fromEntries(
    ["egress1", "egress2", "default"].map((name) => [name, { endpoints: ["10.1.0.9:8080"] }]),
  );
  await playground.open(linkOf({ clusters, connections }));
  await expect(playground.connections.first()).toContainText("egress1");
  // Of the list, what is in view is in the document, and the selected connection is.
  expect(await playground.connections.count()).toBeLessThan(20);
  await playground.press("End");
  await expect(playground.connections.last()).toHaveText("10.0.1.49:40049egress2");
  await expect(playground.connections.last()).toBeInViewport();
  await expect(playground.connections.last()).toHaveAttribute("aria-pressed", "true");
  // A far jump brings the row and the lane into view as well.
  for (const key of ["Home", "End"]) {
    await playground.press(key);
    const row = playground.trace.getByRole("row", { selected: true });
    await expect(row).toHaveAttribute("aria-rowindex", key === "Home" ? "2" : /^\d{3,}$/);
    await expect(row).toBeInViewport({ ratio: 1 });
  }
  await expect(playground.timeline.locator(".lane.chosen")).toBeInViewport({ ratio: 1 });
  await expect(playground.timeline).toContainText(/(\d{3,}) of \1/);
  expect(await playground.overflow()).toEqual([]);
  await playground.screenshot("fifty-connections");
  // What has the focus keeps it while the list is scrolled elsewhere.
  const last = playground.connections.filter({ hasText: "10.0.1.49" });
  await last.focus();
  await last.hover();
  await playground.page.mouse.wheel(0, -10_000);
  await expect(playground.connections.first()).toHaveText("10.0.1.0:40000egress1");
  await expect(playground.connections.first()).toBeInViewport();
  await expect(last).toBeFocused();
  await expect(last).not.toBeInViewport();
  await playground.page.keyboard.press("Shift+Tab");
  await expect(playground.connections.filter({ hasText: "10.0.1.48" })).toBeFocused();
});

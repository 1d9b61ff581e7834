import { expect, test } from "./test.ts";

test("the run is walked by keys alone", async ({ playground }) => {
  await playground.open();
  const heading = playground.inspector.getByRole("heading").first();
  await playground.press("Home");
  const first = "#1 _initialize";
  await expect(heading).toHaveText(first);
  await playground.press("ArrowRight", "ArrowRight");
  await expect(heading).not.toHaveText(first);
  await playground.press("ArrowLeft", "ArrowLeft");
  await expect(heading).toHaveText(first);

  await playground.press("d");
  await expect(heading).toContainText("proxy_call_foreign_function");
  await playground.press("ArrowLeft");
  await expect(heading).toContainText("proxy_get_property");
  // Announced once the keys rest.
  await expect(playground.announcements).toHaveText(/^Event \d+: proxy_get_property/);

  // Stepping over: from the callback's call to its return.
  await playground.pressUntil("ArrowLeft", heading, "proxy_on_new_connection");
  await playground.press("Shift+ArrowRight");
  await expect(heading).toContainText("proxy_on_new_connection");
  await expect(heading).toContainText(/return/i);

  await playground.press("Escape");
  await expect(playground.timeline).toContainText("Whole run");
  await playground.press("]");
  await expect(playground.outcome).toContainText("10.0.0.43:51325 goes to egress2");
  await playground.press("[");
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await playground.press("End");
  await playground.press("ArrowUp");
  await expect(playground.timeline).toContainText("#");
});

test("Space plays from the start and pauses", async ({ playground }) => {
  await playground.open();
  await playground.press(" ");
  await expect(playground.button(/^Pause$/)).toBeVisible();
  // Any early event, since it plays on while the test looks; the one chosen by itself is later.
  await expect(playground.timeline).toContainText(/\b([2-9]|1[0-7]) of \d+/);
  await playground.press(" ");
  await expect(playground.button(/^Play$/)).toBeVisible();
});

test("inside a field, letters are text", async ({ playground }) => {
  await playground.open();
  await playground.field("SNI").fill("");
  await playground.field("SNI").pressSequentially("d t?");
  await expect(playground.field("SNI")).toHaveValue("d t?");
  await expect(playground.timeline).toContainText("Whole run");
  await expect(playground.page.locator("html")).not.toHaveAttribute("data-theme");
});

test("single keys can be turned off, and stay off", async ({ playground }) => {
  await playground.open();
  await playground.press("?");
  await expect(playground.page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await playground.screenshot("keyboard");
  await playground.page.getByRole("checkbox", { name: /Single keys/ }).uncheck();
  await playground.press("Escape");
  await expect(playground.page.getByRole("dialog")).toBeHidden();
  await playground.page.reload();
  await playground.open();
  await playground.press("d");
  await expect(playground.timeline).toContainText("Whole run");
  await playground.press("Control+Enter");
  await expect(playground.outcome).toContainText("goes to egress1");
});

test("everything is reached with Tab, and the focus is seen", async ({ playground }) => {
  await playground.open();
  await playground.press("Tab");
  await expect(playground.page.getByRole("link", { name: "Skip to the result" })).toBeFocused();
  const seen = new Set<string>();
  for (let count = 0; count < 80; count += 1) {
    await playground.press("Tab");
    const focus = await playground.page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // A grid shows its focus on the active row.
      const row = document.getElementById(element.getAttribute("aria-activedescendant") ?? "");
      const { outlineStyle, outlineWidth } = getComputedStyle(row ?? element);
      // Stations of the diagram draw their focus themselves.
      const area = element.querySelector(":scope > rect");
      const name = element.getAttribute("aria-label") ?? element.textContent ?? element.tagName;
      return {
        name,
        isSeen: area
          ? getComputedStyle(area).stroke !== "none"
          : outlineStyle !== "none" && outlineWidth !== "0px",
      };
    });
    if (!focus) break;
    expect(focus.isSeen, `focus on ${focus.name}`).toBe(true);
    seen.add(focus.name);
  }
  for (const name of ["Share link", "Run", "Trace", "Width of the inspector"]) {
    expect(
      [...seen].some((one) => one.includes(name)),
      name,
    ).toBe(true);
  }
});

test("borders of panes move by keys and come back", async ({ playground }) => {
  await playground.open();
  const border = playground.page.getByRole("separator", { name: "Width of the scenario" });
  const width = () =>
    playground.page.locator("#scenario").evaluate((element) => element.clientWidth);
  const before = await width();
  await border.focus();
  await playground.press("ArrowRight", "ArrowRight");
  await expect.poll(width).toBe(before + 32);
  await playground.page.reload();
  await playground.open();
  await expect.poll(width).toBe(before + 32);
  await border.dblclick();
  await expect.poll(width).toBe(before);
});

import { compile, mistyped } from "./modules.ts";
import { expect, test } from "./test.ts";
import { widths } from "./widths.ts";

for (const viewport of widths) {
  test(`fits ${viewport.width} px`, async ({ playground }) => {
    test.setTimeout(120_000);
    await playground.page.setViewportSize(viewport);
    await playground.open();
    const fits = (state: string) =>
      playground.inBothSchemes(async (colorScheme) => {
        await playground.screenshot(`${state}-${colorScheme}-${viewport.width}`);
        expect(await playground.overflow(), `${state}, ${colorScheme}`).toEqual([]);
      });
    await fits("main");
    if (viewport.width >= 760) {
      await playground.press("d");
      await fits("step");
    } else {
      for (const pane of ["Trace", "Call", "Scenario"] as const) {
        await playground.showPane(pane);
        await fits(pane.toLowerCase());
      }
    }
    await playground.choose("my-filter-with-a-long-name.wasm", await compile(mistyped));
    await expect(playground.report).toContainText("not accepted");
    await fits("module");
  });
}

for (const viewport of [
  { width: 1280, height: 720 },
  { width: 1366, height: 768 },
]) {
  test(`a low screen of ${viewport.width} × ${viewport.height} keeps lanes and rows`, async ({
    playground,
  }) => {
    await playground.page.setViewportSize(viewport);
    await playground.open();
    await playground.screenshot(`low-${viewport.width}`);
    const visible = await playground.visibleParts();
    test.info().annotations.push({ type: "visible", description: JSON.stringify(visible) });
    expect(visible.lanes).toBe(3);
    expect(visible.rows).toBeGreaterThanOrEqual(8);
    expect(await playground.overflow()).toEqual([]);
  });
}

test("the drawer holds the scenario on medium screens", async ({ playground }) => {
  await playground.page.setViewportSize({ width: 900, height: 800 });
  await playground.open();
  await expect(playground.field("Source")).toBeHidden();
  await playground.page.getByRole("banner").getByRole("button", { name: "Scenario" }).click();
  await playground.field("Source").fill("10.0.0.7:7");
  await expect(playground.outcome).toContainText("10.0.0.7:7 goes to egress2");
  await playground.screenshot("drawer-900");
  await playground.leaveFields();
  await playground.press("Escape");
  await expect(playground.field("Source")).toBeHidden();
});

test("the theme follows the system until one is chosen", async ({ playground }) => {
  const background = () =>
    playground.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await playground.page.emulateMedia({ colorScheme: "dark" });
  await playground.open();
  expect(await background()).toBe("rgb(20, 24, 26)");
  await playground.press("t");
  expect(await background()).toBe("rgb(255, 255, 255)");
  // Before React runs, so that nothing flashes.
  await playground.page.route("**/assets/*.js", (route) =>
    route.fulfill({ body: "", contentType: "text/javascript" }),
  );
  await playground.page.reload({ waitUntil: "commit" });
  await expect(playground.page.locator("html")).toHaveAttribute("data-theme", "light");
});

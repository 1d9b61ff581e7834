import { axeFindings } from "./axe.ts";
import { compile, mistyped } from "./modules.ts";
import { viewKey, type PlaygroundPage } from "./playgroundPage.ts";
import { expect, test } from "./test.ts";

const widths = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const viewport of widths) {
      test(`fits ${viewport.width} px`, async ({ playground }) => {
        await playground.page.setViewportSize(viewport);
        await playground.open();
        const name = `${colorScheme}-${viewport.width}`;
        await playground.screenshot(`main-${name}`);
        expect(await playground.overflow()).toEqual([]);
        if (viewport.width >= 760) {
          await playground.press("d");
          await playground.screenshot(`step-${name}`);
          expect(await playground.overflow()).toEqual([]);
        } else {
          for (const pane of ["Trace", "Call", "Scenario"] as const) {
            await playground.showPane(pane);
            await playground.screenshot(`${pane.toLowerCase()}-${name}`);
            expect(await playground.overflow(), pane).toEqual([]);
          }
        }
        await playground.choose("my-filter-with-a-long-name.wasm", await compile(mistyped));
        await expect(playground.report).toContainText("not accepted");
        await playground.screenshot(`module-${name}`);
        expect(await playground.overflow(), "module").toEqual([]);
      });
    }
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

const states = [
  "main",
  "step",
  "keyboard",
  "problems",
  "rejected",
  "modelled",
  "module",
  "refused",
] as const;
type State = (typeof states)[number];
/** States that have no panels on narrow screens. */
const whole: readonly State[] = ["keyboard", "modelled", "module", "refused"];

async function reach(state: State, playground: PlaygroundPage, isNarrow: boolean): Promise<void> {
  if (state === "step") await playground.press("d");
  if (state === "keyboard") await playground.press("?");
  if (state === "modelled") {
    if (isNarrow) await playground.showPane("Scenario");
    await playground.openModelled();
    await expect(playground.page.getByRole("table", { name: "Host functions" })).toBeVisible();
    await playground.screenshot(`modelled-${isNarrow ? 390 : 1440}`);
  }
  if (state === "module") {
    await playground.press(viewKey("module"));
    await expect(playground.report).toContainText("is accepted");
  }
  if (state === "refused") {
    await playground.choose("typo.wasm", await compile(mistyped));
    await expect(playground.report).toContainText("would be refused");
  }
  if (state !== "problems" && state !== "rejected") return;
  if (isNarrow) await playground.showPane("Scenario");
  if (state === "problems") await playground.field("Source").fill("nowhere");
  else await playground.preset("Configuration rejected").click();
  await expect(playground.page.locator("[aria-invalid=true]")).toHaveCount(1);
}

test.describe("axe", () => {
  test.use({ bypassCSP: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const { width, height } of [widths[0], widths[3]]) {
      for (const state of states) {
        test(`finds nothing: ${state}, ${colorScheme}, ${width} px`, async ({ playground }) => {
          await playground.page.setViewportSize({ width, height });
          await playground.page.emulateMedia({ colorScheme });
          await playground.open();
          await reach(state, playground, width < 760);
          await playground.settle();
          const panes =
            width < 760 ? (["Flow", "Trace", "Call", "Scenario"] as const) : [undefined];
          for (const pane of whole.includes(state) ? [undefined] : panes) {
            if (pane) await playground.showPane(pane);
            const found = await axeFindings(playground.page);
            expect(found, pane ?? state).toEqual([]);
          }
        });
      }
    }
  }
});

/** What the scenario's panel opens, in an order that each can follow the last. */
const editors: Readonly<Record<string, (playground: PlaygroundPage) => Promise<void>>> = {
  files: async (playground) => {
    await playground.button(/^Files$/).click();
    await expect(playground.button("Save as a file")).toBeVisible();
  },
  steps: async (playground) => {
    await playground.button("Edit each step").click();
    await playground.field("Form of the bytes of step 1").selectOption("hex");
    await playground.field("Bytes of step 1").fill("00 f");
    await expect(playground.field("Bytes of step 1")).toHaveAttribute("aria-invalid", "true");
    await playground.field("Bytes of step 1").fill("00 ff");
  },
  settings: async (playground) => {
    await playground.button("More settings").click();
    await playground.button("Choose by weight").click();
    await expect(playground.field("Attempts")).toBeVisible();
    await playground.field("Attempts").scrollIntoViewIfNeeded();
  },
  clusters: async (playground) => {
    await playground.button("Edit clusters").click();
    await playground.button("More of egress1").click();
    await playground.field("PROXY").scrollIntoViewIfNeeded();
  },
  json: async (playground) => {
    await playground.editAs("JSON");
    await expect(playground.json).toBeVisible();
  },
  "json-problem": async (playground) => {
    await playground.json.press("ControlOrMeta+a");
    await playground.page.keyboard.insertText('{"clusters": {}, "connections": [{"sorce": 1}]}');
    await expect(playground.jsonProblems).toContainText("did you mean");
  },
};

test.describe("axe finds nothing in what edits a scenario", () => {
  test.use({ bypassCSP: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const viewport of [widths[0], widths[3]]) {
      test(`${colorScheme}, ${viewport.width} px`, async ({ playground }) => {
        test.setTimeout(120_000);
        await playground.page.setViewportSize(viewport);
        await playground.page.emulateMedia({ colorScheme });
        await playground.open();
        const look = async (state: string) => {
          await playground.screenshot(`edit-${state}-${colorScheme}-${viewport.width}`);
          expect.soft(await axeFindings(playground.page), state).toEqual([]);
          expect.soft(await playground.overflow(), state).toEqual([]);
        };
        await playground.button("Take the tour").click();
        await look("tour");
        await playground.press("Escape");
        if (viewport.width < 760) {
          await playground.showView("Sweep");
          await expect(playground.page.getByRole("form", { name: "What to sweep" })).toBeVisible();
          await look("menu");
          await playground.showView("Trace");
          await playground.showPane("Scenario");
        }
        for (const [state, reach] of Object.entries(editors)) {
          await reach(playground);
          await look(state);
        }
      });
    }
  }
});

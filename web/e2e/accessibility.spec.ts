/** axe finds nothing in what the page can show, on a narrow and a wide screen, light and dark. */
import { axeFindings } from "./axe.ts";
import { compile, mistyped } from "./modules.ts";
import { viewKey, type PlaygroundPage } from "./playgroundPage.ts";
import { expect, test } from "./test.ts";
import { widths } from "./widths.ts";

const [narrow, , , wide] = widths;

/** What is open on top of the page, and how to get there and back; the last one stays. */
interface State {
  readonly name: string;
  /** It has no panels on narrow screens. */
  readonly isWhole: boolean;
  readonly reach: (playground: PlaygroundPage, isNarrow: boolean) => Promise<void>;
  readonly leave?: (playground: PlaygroundPage) => Promise<void>;
}

const wrongFields = (playground: PlaygroundPage) => playground.page.locator("[aria-invalid=true]");
const closeOnTop = async (playground: PlaygroundPage) => playground.press("Escape");

const states: readonly State[] = [
  { name: "main", isWhole: false, reach: () => Promise.resolve() },
  {
    name: "step",
    isWhole: false,
    reach: (playground) => playground.press("d"),
    leave: (playground) => playground.press("End"),
  },
  {
    name: "keyboard",
    isWhole: true,
    reach: (playground) => playground.press("?"),
    leave: closeOnTop,
  },
  {
    name: "modelled",
    isWhole: true,
    reach: async (playground, isNarrow) => {
      if (isNarrow) await playground.showPane("Scenario");
      await playground.openModelled();
      await expect(playground.page.getByRole("table", { name: "Host functions" })).toBeVisible();
      await playground.screenshot(`modelled-${isNarrow ? 390 : 1440}`);
    },
    leave: closeOnTop,
  },
  {
    name: "problems",
    isWhole: false,
    reach: async (playground, isNarrow) => {
      if (isNarrow) await playground.showPane("Scenario");
      await playground.field("Source").fill("nowhere");
      await expect(wrongFields(playground)).toHaveCount(1);
    },
    leave: async (playground) => {
      await playground.preset("Even and odd source").click();
      await expect(wrongFields(playground)).toHaveCount(0);
    },
  },
  {
    name: "rejected",
    isWhole: false,
    reach: async (playground) => {
      await playground.preset("Configuration rejected").click();
      await expect(wrongFields(playground)).toHaveCount(1);
    },
    leave: async (playground) => {
      await playground.preset("Even and odd source").click();
      await expect(wrongFields(playground)).toHaveCount(0);
    },
  },
  {
    name: "module",
    isWhole: true,
    reach: async (playground) => {
      await playground.press(viewKey("module"));
      await expect(playground.report).toContainText("is accepted");
    },
  },
  {
    name: "refused",
    isWhole: true,
    reach: async (playground) => {
      await playground.choose("typo.wasm", await compile(mistyped));
      await expect(playground.report).toContainText("would be refused");
    },
  },
];

test.describe("axe finds nothing", () => {
  test.use({ bypassCSP: true });
  for (const viewport of [narrow, wide]) {
    const isNarrow = viewport.width < 760;
    test(`${viewport.width} px`, async ({ playground }) => {
      test.setTimeout(300_000);
      await playground.page.setViewportSize(viewport);
      await playground.open();
      for (const { name, isWhole, reach, leave } of states) {
        await reach(playground, isNarrow);
        await playground.settle();
        const panes =
          isNarrow && !isWhole ? (["Flow", "Trace", "Call", "Scenario"] as const) : [undefined];
        for (const pane of panes) {
          if (pane) await playground.showPane(pane);
          await playground.inBothSchemes(async (colorScheme) => {
            const found = await axeFindings(playground.page);
            expect.soft(found, `${name}, ${pane ?? "whole page"}, ${colorScheme}`).toEqual([]);
          });
        }
        await leave?.(playground);
      }
    });
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
  for (const viewport of [narrow, wide]) {
    test(`${viewport.width} px`, async ({ playground }) => {
      test.setTimeout(300_000);
      await playground.page.setViewportSize(viewport);
      await playground.open();
      const look = (state: string) =>
        playground.inBothSchemes(async (colorScheme) => {
          await playground.screenshot(`edit-${state}-${colorScheme}-${viewport.width}`);
          expect.soft(await axeFindings(playground.page), `${state}, ${colorScheme}`).toEqual([]);
          expect.soft(await playground.overflow(), `${state}, ${colorScheme}`).toEqual([]);
        });
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
});

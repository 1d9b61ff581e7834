/** What every view is looked at for: both colour schemes, from narrow to wide. */
import { axeFindings } from "./axe.ts";
import type { PlaygroundPage } from "./playgroundPage.ts";
import { expect, test } from "./test.ts";

interface Look {
  readonly width: number;
  /** Takes a screenshot; axe has to find nothing in it and nothing may stick out. */
  check(name: string): Promise<void>;
}

/** A test for each colour scheme and width in pixels. */
export function testLooks(
  widths: readonly number[],
  show: (playground: PlaygroundPage, look: Look) => Promise<void>,
): void {
  test.describe("looks", () => {
    test.use({ bypassCSP: true });
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of widths) {
        test(`axe finds nothing and all fits: ${colorScheme}, ${width} px`, async ({
          playground,
        }) => {
          // Several screens, each with a run of axe.
          test.slow();
          const { page } = playground;
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          const check = async (name: string) => {
            await playground.screenshot(`${name}-${colorScheme}-${width}`);
            expect(await axeFindings(page)).toEqual([]);
            expect(await playground.overflow()).toEqual([]);
          };
          await show(playground, { width, check });
        });
      }
    }
  });
}

/** Accessibility of the page as it stands. */
import type { Page } from "@playwright/test";
import axe, { type AxeResults } from "axe-core";

/** WCAG 2.2 AA and best practice; one line for each rule that is broken. Needs `bypassCSP`. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((): Promise<AxeResults> =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}

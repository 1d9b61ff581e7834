/** Times what a user waits for, in the page itself: the test's own steps would add to it. */
import type { Page } from "@playwright/test";

/** What a wait begins with: the navigation to the page, or the next input or click. */
type Start = "navigation" | "input";

/** The end of a wait: an element whose text holds `text`, drawn. */
export interface Until {
  readonly selector: string;
  readonly text: string;
}

/** Arms the stopwatch; the function answered gives the milliseconds once the text is there. */
export async function stopwatch(page: Page, until: Until): Promise<() => Promise<number>> {
  await page.evaluate(arm, { ...until, start: "input" } as const);
  return () => page.evaluate(() => (globalThis as unknown as { watched: Promise<number> }).watched);
}

/** Milliseconds from the start of the navigation to `address` until the text is there. */
export async function timeToOpen(page: Page, address: string, until: Until): Promise<number> {
  await page.addInitScript(arm, { ...until, start: "navigation" } as const);
  await page.goto(address, { waitUntil: "commit" });
  return page.evaluate(() => (globalThis as unknown as { watched: Promise<number> }).watched);
}

/** Runs in the page. */
function arm({ selector, text, start }: Until & { readonly start: Start }): void {
  let startedAt = start === "navigation" ? 0 : Infinity;
  const note = (): void => void (startedAt = Math.min(startedAt, performance.now()));
  for (const type of ["beforeinput", "input", "click"]) {
    addEventListener(type, note, { capture: true, once: true });
  }
  const watched = new Promise<number>((resolve) => {
    const isThere = (): boolean =>
      document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, " ").includes(text) ??
      false;
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      requestAnimationFrame((drawnAt) => resolve(drawnAt - startedAt));
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  });
  Object.assign(globalThis, { watched });
}

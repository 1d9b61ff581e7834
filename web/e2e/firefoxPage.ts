/**
 * The page in Firefox. Playwright drives only builds of its own of it; puppeteer drives any by
 * WebDriver BiDi. Playwright's runner runs these tests all the same.
 */
import { expect, test as base } from "@playwright/test";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

export class FirefoxPage {
  readonly page: Page;
  readonly #address: string;

  constructor(page: Page, address: string) {
    this.page = page;
    this.#address = address;
  }

  /** Opens the page and waits for the first answer. */
  async open(): Promise<void> {
    await this.page.goto(this.#address);
    await this.outcome(/goes to|closed|accepted|No conn/);
  }

  /** Waits until what `selector` finds holds the text. */
  async text(selector: string, text: RegExp, timeout = 20_000): Promise<void> {
    const read = () =>
      this.page.$$eval(selector, (found) => found.map((it) => it.textContent).join("\n"));
    await expect.poll(read, { timeout, message: selector }).toMatch(text);
  }

  /** The sentence over the run. */
  async outcome(text: RegExp, timeout?: number): Promise<void> {
    await this.text('section[aria-label="Outcome"]', text, timeout);
  }

  /** Clicks a button by the name that assistive technology has for it. */
  async click(name: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  /** Replaces the text of a field. */
  async fill(label: string, text: string): Promise<void> {
    const field = await this.page
      .locator(`::-p-aria([name="${label}"][role="textbox"])`)
      .waitHandle();
    await field.click({ count: 3 });
    await this.page.keyboard.type(text);
  }

  async press(...keys: readonly Parameters<Page["keyboard"]["press"]>[0][]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Opens a view by its key. */
  async view(key: "1" | "2" | "3" | "4" | "5" | "6" | "7"): Promise<void> {
    await this.page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await this.press(key);
  }
}

interface OfTest {
  readonly playground: FirefoxPage;
}
interface OfWorker {
  readonly firefox: Browser;
}

/** `test` with the page in a profile of its own, and a guard against errors in it. */
export const test = base.extend<OfTest, OfWorker>({
  firefox: [
    // Playwright reads from the first argument what a fixture needs.
    async ({}, use) => {
      const executablePath = process.env["FIREFOX_PATH"];
      if (executablePath === undefined) {
        throw new Error("No Firefox is named: set FIREFOX_PATH, or `npm test -- --only firefox`.");
      }
      const browser = await puppeteer.launch({ browser: "firefox", executablePath });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  playground: async ({ firefox, baseURL }, use) => {
    const context = await firefox.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await use(new FirefoxPage(page, baseURL ?? ""));
    await context.close();
    expect(errors, "errors in the page's console").toEqual([]);
  },
});
export { expect };

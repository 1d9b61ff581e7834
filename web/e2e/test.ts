/** `test` with a page object, a guard against requests elsewhere, and one against page errors. */
import { expect, test as base } from "@playwright/test";
import { PlaygroundPage } from "./playgroundPage.ts";

export const test = base.extend<{ playground: PlaygroundPage }>({
  playground: async ({ page, baseURL }, use) => {
    const errors: string[] = [];
    const elsewhere: string[] = [];
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (
        origin !== new URL(baseURL ?? "").origin &&
        protocol !== "blob:" &&
        protocol !== "data:"
      ) {
        elsewhere.push(request.url());
      }
    });
    await use(new PlaygroundPage(page));
    expect(errors, "errors in the page's console").toEqual([]);
    expect(elsewhere, "requests that leave the page's origin").toEqual([]);
  },
});
export { expect };

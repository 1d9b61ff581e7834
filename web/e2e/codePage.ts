/** The Code view as a user sees it; knows its markup and that of the editor. */
import { readFileSync } from "node:fs";
import { expect, type Locator, type Page } from "@playwright/test";
import type { PlaygroundPage } from "./playgroundPage.ts";
import { test } from "./test.ts";

/** `test` with the Code view. */
export const codeTest = test.extend<{ code: CodePage }>({
  code: async ({ playground }, use) => {
    await use(new CodePage(playground));
  },
});

export class CodePage {
  readonly playground: PlaygroundPage;
  readonly page: Page;
  readonly editor: Locator;
  readonly files: Locator;
  readonly library: Locator;
  readonly build: Locator;
  readonly diagnostics: Locator;
  readonly result: Locator;
  readonly module: Locator;

  constructor(playground: PlaygroundPage) {
    const { page } = playground;
    this.playground = playground;
    this.page = page;
    this.editor = page.locator(".monaco-editor").first();
    this.files = page.getByRole("tablist", { name: "Files" });
    this.library = page.getByRole("combobox", { name: "Library files, read-only" });
    this.build = page.getByRole("region", { name: "Build" });
    this.diagnostics = page.getByRole("list", { name: "Messages of the compiler" });
    this.result = page.getByRole("region", { name: "Result", exact: true });
    this.module = page.locator("header button.module");
  }

  /** Opens the Code view and waits for the editor and for the run of the -O0 build. */
  async open(): Promise<void> {
    await this.showView("Code");
    await this.waitForEditor();
    await expect(this.build.getByRole("status")).toHaveText(/^(As shipped|Compiled)/);
  }

  /** Opens the page, and the smallest starting point in the Code view. */
  async openMinimal(): Promise<void> {
    await this.playground.open();
    await this.choose("Minimal");
    await this.open();
  }

  async waitForEditor(): Promise<void> {
    await expect(this.editor.locator(".view-line").first()).toBeVisible({ timeout: 30_000 });
  }

  async openFile(name: string): Promise<void> {
    await this.files.getByRole("tab", { name }).click();
  }

  async openLibrary(path: string): Promise<void> {
    await this.library.selectOption({ label: path });
  }

  /** Opens the list of starting points. */
  async openGallery(): Promise<Locator> {
    await this.page
      .getByRole("button", { name: /^(Gallery|Starting points)$/ })
      .filter({ visible: true })
      .first()
      .click();
    const dialog = this.page.getByRole("dialog", { name: "Starting points" });
    await expect(dialog.getByRole("listitem").first()).toBeVisible();
    return dialog;
  }

  /** Opens a starting point. */
  async choose(name: string): Promise<void> {
    const dialog = await this.openGallery();
    await dialog.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }

  /** The line of the open file that holds `text`, where it is in view. */
  line(text: string): Locator {
    return this.editor.locator(".view-line").filter({ hasText: text.replaceAll(" ", "\u00a0") });
  }

  /** Finds `text`, which is then selected and in view, with the keyboard alone. */
  async find(text: string): Promise<void> {
    const { keyboard } = this.page;
    await this.editor.locator("textarea").first().focus();
    await keyboard.press("Control+Home");
    await keyboard.press("Control+f");
    await keyboard.insertText(text);
    await keyboard.press("Enter");
    await keyboard.press("Escape");
  }

  /** Finds `text` and types `by` in its place. */
  async replace(text: string, by: string): Promise<void> {
    await this.find(text);
    // Else a quote or bracket would be put around what is selected.
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(by);
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  showView(name: string): Promise<void> {
    return this.playground.showView(name);
  }

  /** Presses a button and answers the bytes of the file that it saves. */
  async download(button: string): Promise<Buffer> {
    const saving = this.page.waitForEvent("download", { timeout: 60_000 });
    await this.button(button).click();
    return readFileSync(await (await saving).path());
  }

  /** Waits until changed sources of the smallest starting point run, and nothing else is shown. */
  async minimalRuns(): Promise<void> {
    await this.compiled();
    await expect(this.playground.outcome).toContainText("goes to egress1");
    await expect(this.files.getByRole("tab", { selected: true })).toContainText("minimal.ts");
  }

  /** Waits for a compilation that went well. */
  async compiled(): Promise<void> {
    await expect(this.build.getByRole("status")).toHaveText(/^Compiled in/, { timeout: 60_000 });
  }
}

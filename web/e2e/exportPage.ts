/** The view of the export as a user sees it; the only file that knows its markup. */
import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import type { Locator } from "@playwright/test";
import type { PlaygroundPage } from "./playgroundPage.ts";

export class ExportPage {
  readonly playground: PlaygroundPage;
  readonly region: Locator;
  readonly outcome: Locator;
  readonly files: Locator;
  readonly content: Locator;
  readonly details: Locator;
  readonly zip: Locator;

  constructor(playground: PlaygroundPage) {
    const { page } = playground;
    this.playground = playground;
    this.region = page.getByRole("region", { name: "Export", exact: true });
    this.outcome = page.getByRole("region", { name: "Outcome of the export" });
    this.files = page.getByRole("tablist", { name: "Files" });
    this.content = page.getByRole("group", { name: /^Content of/ });
    this.details = page.getByRole("region", { name: "Export details" });
    this.zip = page.getByRole("button", { name: "Download zip" });
  }

  async open(): Promise<void> {
    await this.playground.showView("Export");
    await this.outcome.waitFor();
  }

  target(name: string): Locator {
    return this.region.getByRole("tab", { name, exact: true });
  }

  file(path: string): Locator {
    return this.files.getByRole("tab", { name: path });
  }

  /** Whose configuration goes into the files. */
  from(name: "Of the scenario" | "Of the files"): Locator {
    return this.details.getByRole("button", { name });
  }

  async download(button: Locator): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    const [download] = await Promise.all([
      this.playground.page.waitForEvent("download"),
      button.click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** The files of the zip by their paths, which begin with a folder. */
  async downloadZip(): Promise<ReadonlyMap<string, Uint8Array>> {
    const { bytes } = await this.download(this.zip);
    return new Map(Object.entries(unzipSync(bytes)));
  }
}

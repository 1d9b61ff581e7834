/** The view of the faults as a user sees it; the only file that knows its markup. */
import type { Locator } from "@playwright/test";
import { viewKey, type PlaygroundPage } from "./playgroundPage.ts";

export class FaultsPage {
  readonly playground: PlaygroundPage;
  readonly region: Locator;
  readonly outcome: Locator;
  readonly table: Locator;
  readonly details: Locator;
  readonly later: Locator;

  constructor(playground: PlaygroundPage) {
    const { page } = playground;
    this.playground = playground;
    this.region = page.getByRole("region", { name: "Faults", exact: true });
    this.outcome = page.getByRole("region", { name: "Outcome of the faults" });
    this.table = page.getByRole("table", { name: /What each kind of fault/ });
    this.details = page.getByRole("region", { name: "Fault details" });
    this.later = page.getByRole("region", { name: "Later connections" });
  }

  async open(): Promise<void> {
    await this.playground.press(viewKey("faults"));
  }

  /** Waits until every fault is played. */
  async done(): Promise<void> {
    const { region } = this;
    await region.getByRole("button", { name: "Play again" }).waitFor({ timeout: 60_000 });
  }

  cell(name: string | RegExp): Locator {
    return this.table.getByRole("button", { name });
  }
}

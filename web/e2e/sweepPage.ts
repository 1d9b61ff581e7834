/** The views Sweep and Compare as a user sees them; they share the form of a sweep. */
import type { Locator } from "@playwright/test";
import type { PlaygroundPage } from "./playgroundPage.ts";

class SweepForm {
  readonly playground: PlaygroundPage;
  readonly sources: Locator;
  readonly ports: Locator;
  readonly form: Locator;

  constructor(playground: PlaygroundPage) {
    this.playground = playground;
    this.form = playground.page.getByRole("form", { name: "What to sweep" });
    this.sources = this.form.getByLabel("Source addresses");
    this.ports = this.form.getByLabel("Ports");
  }

  show(name: "Sweep" | "Compare"): Promise<void> {
    return this.playground.showView(name);
  }

  start(): Promise<void> {
    return this.form.getByRole("button", { name: "Sweep", exact: true }).click();
  }

  async sweep(sources: string): Promise<void> {
    await this.sources.fill(sources);
    await this.start();
  }
}

export class SweepPage extends SweepForm {
  readonly outcome: Locator;
  readonly map: Locator;
  readonly details: Locator;
  readonly region: Locator;

  constructor(playground: PlaygroundPage) {
    super(playground);
    const { page } = playground;
    this.region = page.getByRole("region", { name: "Sweep", exact: true });
    this.outcome = page.getByRole("region", { name: "Outcome of the sweep" });
    this.map = page.getByRole("grid", { name: "Heat map" });
    this.details = page.getByRole("region", { name: "Sweep details" });
  }

  async open(): Promise<void> {
    await this.show("Sweep");
    await this.outcome.waitFor();
  }

  cell(name: string | RegExp): Locator {
    return this.map.getByRole("gridcell", { name });
  }
}

export class ComparePage extends SweepForm {
  readonly outcome: Locator;
  readonly rows: Locator;
  readonly module: Locator;
  readonly configuration: Locator;
  readonly policy: Locator;
  readonly changed: Locator;
  readonly matrix: Locator;

  constructor(playground: PlaygroundPage) {
    super(playground);
    const { page } = playground;
    this.outcome = page.getByRole("region", { name: "Outcome of both" });
    this.rows = page.getByRole("grid", { name: "Calls of A and B" });
    this.module = page.getByLabel("Module of B");
    this.configuration = page.getByLabel("Configuration of B");
    this.policy = page.getByLabel("Failure policy of B");
    this.changed = page.getByRole("region", { name: "Changed routes" });
    this.matrix = page.getByRole("table", { name: "Outcome in A by outcome in B" });
  }

  async open(): Promise<void> {
    await this.show("Compare");
    await this.rows.waitFor();
  }

  selectedRow(): Locator {
    return this.rows.getByRole("row", { selected: true });
  }

  async chooseFile(name: string, buffer: Buffer): Promise<void> {
    await this.playground.page
      .getByLabel("File for B: file")
      .setInputFiles({ name, mimeType: "application/wasm", buffer });
  }
}

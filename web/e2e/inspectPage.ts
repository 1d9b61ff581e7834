/** What the page says of a run beyond its trace; the markup of tabs, memory and scrubbing. */
import { deflateRawSync } from "node:zlib";
import { expect, type Locator, type Page } from "@playwright/test";
import type { PlaygroundPage } from "./playgroundPage.ts";

/** A link of the page that holds a scenario. */
const linkTo = (document: object) =>
  `#s=1.${deflateRawSync(JSON.stringify(document)).toString("base64url")}`;

export class InspectPage {
  readonly playground: PlaygroundPage;
  readonly page: Page;
  readonly problems: Locator;
  readonly state: Locator;
  readonly properties: Locator;
  readonly memory: Locator;

  constructor(playground: PlaygroundPage) {
    const { page } = playground;
    this.playground = playground;
    this.page = page;
    this.problems = page.getByRole("region", { name: "Problems" });
    this.state = page.getByRole("region", { name: "State" });
    this.properties = page.getByRole("region", { name: "Properties" });
    this.memory = playground.inspector.locator(".memory");
  }

  /** Opens the page with this module in the place of its own filter, and this scenario. */
  async open(module: Buffer, document: object): Promise<void> {
    await this.page.route("**/*.wasm", (route) =>
      route.fulfill({ body: module, contentType: "application/wasm" }),
    );
    await this.page.goto(`./${linkTo(document)}`);
    await expect(this.playground.outcome.getByRole("heading")).toBeVisible();
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name: new RegExp(`^${name}`) });
  }

  problem(title: string): Locator {
    return this.problems.getByRole("listitem").filter({ hasText: title });
  }

  /** The row of a table by its first cell. */
  row(table: Locator, name: string): Locator {
    return table.getByRole("row").filter({
      has: this.page.getByRole("rowheader", { name, exact: true }),
    });
  }

  /** Bytes of the memory that are lit, as text of their digits. */
  litBytes(): Promise<string> {
    return this.memory
      .locator(".digits .lit")
      .allTextContents()
      .then((digits) => digits.join(" "));
  }

  /**
   * Drags the playhead along its axis in so many moves, and answers the milliseconds of each frame
   * while it does.
   */
  async scrub(moves: number): Promise<readonly number[]> {
    const box = await this.page.getByRole("slider", { name: "Playhead" }).first().boundingBox();
    if (!box) throw new Error("no axis in view");
    const middle = box.y + box.height / 2;
    const at = (step: number) => box.x + 190 + ((box.width - 210) * step) / moves;
    await this.page.mouse.move(at(0), middle);
    await this.page.mouse.down();
    const frames = await this.#framesWhile(async () => {
      for (let step = 0; step <= moves; step++) await this.page.mouse.move(at(step), middle);
    });
    await this.page.mouse.up();
    return frames;
  }

  /** Steps so many events from the first with the arrow key; answers the milliseconds of each frame. */
  async step(moves: number): Promise<readonly number[]> {
    await this.page.getByRole("slider", { name: "Playhead" }).first().focus();
    await this.page.keyboard.press("Home");
    return this.#framesWhile(async () => {
      for (let step = 0; step < moves; step++) await this.page.keyboard.press("ArrowRight");
    });
  }

  /** Jumps between the last event and the first with the keys, and ends at the last. */
  async jump(moves: number): Promise<readonly number[]> {
    await this.page.getByRole("slider", { name: "Playhead" }).first().focus();
    return this.#framesWhile(async () => {
      for (let left = moves; left > 0; left--)
        await this.page.keyboard.press(left % 2 === 1 ? "End" : "Home");
    });
  }

  async #framesWhile(act: () => Promise<void>): Promise<readonly number[]> {
    await this.page.evaluate(() => {
      const frames: number[] = [];
      Object.assign(globalThis, { frames });
      let last = performance.now();
      const frame = (now: number) => {
        frames.push(now - last);
        last = now;
        // Until the next measurement has frames of its own.
        if ((globalThis as unknown as { frames: number[] }).frames === frames)
          requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    await act();
    return this.page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  }
}

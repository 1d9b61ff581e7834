/** The page as a user sees it; the only file of the tests that knows its markup. */
import { expect, type Locator, type Page } from "@playwright/test";
import { views, type ViewName } from "../src/state/views.ts";

/** The number key of a view. */
export function viewKey(view: ViewName): string {
  return String(views.findIndex(({ id }) => id === view) + 1);
}

export class PlaygroundPage {
  readonly page: Page;
  readonly outcome: Locator;
  readonly inspector: Locator;
  readonly trace: Locator;
  readonly log: Locator;
  readonly connections: Locator;
  readonly flow: Locator;
  readonly timeline: Locator;
  readonly configuration: Locator;
  readonly notice: Locator;
  readonly runState: Locator;
  readonly announcements: Locator;
  readonly report: Locator;
  readonly moduleSummary: Locator;
  readonly json: Locator;
  readonly jsonProblems: Locator;

  constructor(page: Page) {
    this.page = page;
    this.outcome = page.getByRole("region", { name: "Outcome" });
    this.inspector = page.getByRole("region", { name: "Inspector", exact: true });
    this.trace = page.getByRole("treegrid", { name: "Trace" });
    this.log = page.getByRole("tabpanel", { name: /^Log/ });
    this.connections = page.locator("button.connection");
    this.flow = page.locator("section.flow");
    this.timeline = page.getByRole("region", { name: "Timeline" });
    this.configuration = page.getByLabel("Configuration text");
    this.notice = page.locator(".line.notice p").first();
    this.runState = page.getByRole("region", { name: "Result" }).locator(".line.notice");
    this.report = page.getByRole("region", { name: "Module report" });
    this.moduleSummary = page.getByRole("region", { name: "Module summary" });
    this.json = page.getByRole("textbox", { name: "Scenario as JSON" });
    this.jsonProblems = page.getByRole("region", { name: "Problems of the JSON" });
    this.announcements = page.locator("[aria-live=polite]");
  }

  /** Opens the page, or a link to it, and waits for the first answer. */
  async open(hash = ""): Promise<void> {
    await this.page.goto(`./${hash}`);
    await expect(this.outcome.getByRole("heading")).toHaveText(/goes to|closed|accepted|No conn/);
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** The text below a field, as assistive technology finds it. */
  async textBelow(field: Locator): Promise<string | null> {
    const id = await field.getAttribute("aria-describedby");
    return id === null ? null : this.page.locator(`[id="${id}"]`).textContent();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  preset(name: string): Locator {
    return this.page.locator("button.preset", { hasText: name });
  }

  configurationMode(name: string): Locator {
    return this.page.getByRole("group", { name: "Mode" }).getByRole("button", { name });
  }

  /** Waits until the service worker has stored what the page needs offline, and stands between. */
  async untilStored(): Promise<void> {
    await this.page.evaluate(async () => {
      const { serviceWorker } = navigator;
      await serviceWorker.ready;
      if (serviceWorker.controller) return;
      await new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
    });
  }

  /** Edits the scenario as a form or as JSON. */
  async editAs(editor: "Form" | "JSON"): Promise<void> {
    await this.page
      .getByRole("group", { name: "Edit the scenario as" })
      .getByRole("button", { name: editor })
      .click();
  }

  /** The whole text of the JSON editor, which draws only the lines in view. */
  async jsonText(): Promise<string> {
    await this.json.press("ControlOrMeta+a");
    await this.json.press("ControlOrMeta+c");
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Opens a scenario file with the button of the scenario's files. */
  async chooseScenario(name: string, text: string): Promise<void> {
    if (!(await this.button("Save as a file").isVisible())) await this.button(/^Files$/).click();
    await this.page
      .getByLabel("Scenario file")
      .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  }

  /** Chooses a view in the menu, which is a list on narrow screens. */
  async showView(name: string): Promise<void> {
    const menu = this.page.getByRole("navigation", { name: "Views" });
    const list = menu.getByRole("combobox");
    if (await list.isVisible()) await list.selectOption(name);
    else await menu.getByRole("button", { name, exact: true }).click();
  }

  /** Narrow screens: shows one of the four panels. */
  async showPane(name: "Flow" | "Trace" | "Call" | "Scenario"): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Panels" })
      .getByRole("button", { name })
      .click();
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Presses a key until `heading` holds `text`; the inspector follows a step a moment later. */
  async pressUntil(key: string, heading: Locator, text: string): Promise<void> {
    for (let before = await heading.textContent(); !before?.includes(text);) {
      await this.press(key);
      await expect(heading).not.toHaveText(before ?? "");
      before = await heading.textContent();
    }
  }

  /** Opens "What is modelled", wherever the width of the screen puts it. */
  async openModelled(): Promise<void> {
    await this.button("What is modelled").filter({ visible: true }).first().click();
  }

  /** Chooses a file with the button of the top bar. */
  async choose(name: string, buffer: Buffer): Promise<void> {
    await this.page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name, mimeType: "application/octet-stream", buffer });
  }

  /** The same with a file of the disk, which the browser itself reads. */
  async chooseFile(path: string): Promise<void> {
    await this.page.locator("input[type=file]").first().setInputFiles(path);
  }

  /** Holds a file over an element, as dragged from outside the browser. */
  async hold(name: string, bytes: Buffer, over: Locator): Promise<void> {
    await over.evaluate(
      (element, { name, base64 }) => {
        const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], name));
        const init = { dataTransfer, bubbles: true, cancelable: true };
        element.dispatchEvent(new DragEvent("dragover", init));
        Object.assign(globalThis, {
          drop: () => element.dispatchEvent(new DragEvent("drop", init)),
        });
      },
      { name, base64: bytes.toString("base64") },
    );
  }

  /** Lets go of what is held. */
  async drop(): Promise<void> {
    await this.page.evaluate(() => (globalThis as unknown as { drop: () => void }).drop());
  }

  /** Drops a file of zeros that exists in the page only. */
  async dropSize(name: string, size: number): Promise<void> {
    await this.page.evaluate(
      ({ name, size }) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(size)], name));
        const init = { dataTransfer, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent("drop", init));
      },
      { name, size },
    );
  }

  /** From now on, notes tasks that keep the page from answering for 50 ms and longer. */
  async watchTasks(): Promise<void> {
    await this.page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: "longtask" });
    });
  }

  /** Milliseconds of the longest task noted; 0: none. */
  longestTask(): Promise<number> {
    return this.page.evaluate(() =>
      Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks),
    );
  }

  /** Leaves the field that has the focus, so that single keys act. */
  async leaveFields(): Promise<void> {
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  }

  /** Lets announcements, stale marks and fonts settle. */
  async settle(): Promise<void> {
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.waitForTimeout(500);
  }

  /** Looks at the page in both colour schemes, each once its transitions are over. */
  async inBothSchemes(look: (colorScheme: "light" | "dark") => Promise<void>): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.evaluate(async () => {
        const transitions = document.getAnimations().filter((it) => it instanceof CSSTransition);
        await Promise.allSettled(transitions.map(({ finished }) => finished));
      });
      await look(colorScheme);
    }
  }

  /** How many lanes of the timeline and rows of the trace are in view as a whole. */
  visibleParts(): Promise<{ readonly lanes: number; readonly rows: number }> {
    return this.page.evaluate(() => {
      const count = (frame: string, part: string) => {
        const box = document.querySelector(frame)?.getBoundingClientRect();
        if (!box) return 0;
        return [...document.querySelectorAll(`${frame} ${part}`)].filter((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= box.top - 1 && bottom <= box.bottom + 1;
        }).length;
      };
      return {
        lanes: count(".lanes", ".lane"),
        rows: count(".trace-scroll", ".trace-body .trace-row"),
      };
    });
  }

  /** Elements that stick out of the window to the right, as short descriptions. */
  overflow(): Promise<readonly string[]> {
    return this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const found: string[] = [];
      if (document.documentElement.scrollWidth > width) found.push("the page scrolls sideways");
      for (const element of document.querySelectorAll("body *")) {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.right <= width + 1) continue;
        let clipped = false;
        for (let up = element.parentElement; up; up = up.parentElement) {
          const { overflowX } = getComputedStyle(up);
          if (overflowX !== "visible" && up.getBoundingClientRect().right <= width + 1) {
            clipped = true;
            break;
          }
        }
        if (!clipped) found.push(`${element.tagName}.${element.getAttribute("class") ?? ""}`);
      }
      return found;
    });
  }

  async screenshot(name: string): Promise<void> {
    await this.settle();
    await this.page.screenshot({ path: `test-results/screenshots/${name}.png` });
  }
}

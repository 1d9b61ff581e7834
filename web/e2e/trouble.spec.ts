/** What the page does when the filter, the scenario, the link or the page itself is at fault. */
import { expect, test } from "./test.ts";

declare global {
  /** Whether workers end after their first message. */
  var isLosing: boolean | undefined;
}

/**
 * A module that Envoy loads and that never comes back from proxy_on_new_connection:
 *
 *     (module
 *       (memory (export "memory") 1)
 *       (func (export "proxy_abi_version_0_2_1"))
 *       (func (export "malloc") (param i32) (result i32) (i32.const 1024))
 *       (func (export "proxy_on_new_connection") (param i32) (result i32)
 *         (loop (br 0)) (unreachable)))
 */
const endlessLoop = Buffer.from(
  [
    "AGFzbQEAAAABCQJgAABgAX8BfwMEAwABAQUDAQABB0cEBm1lbW9yeQIAF3Byb3h5X2FiaV92ZXJz",
    "aW9uXzBfMl8xAAAGbWFsbG9jAAEXcHJveHlfb25fbmV3X2Nvbm5lY3Rpb24AAgoTAwIACwUAQYAI",
    "CwgAA0AMAAsACw==",
  ].join(""),
  "base64",
);

test("an address that is none is marked, and the last run stays", async ({ playground }) => {
  await playground.open();
  const source = playground.field("Source");
  await source.fill("10.0.0.300:51324");
  await expect(source).toHaveAttribute("aria-invalid", "true");
  expect(await playground.textBelow(source)).toMatch(/^Not an IP address and port\. Example: /);
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await expect(playground.runState).toContainText("Scenario changed, and one field is wrong");
  await expect(source).toHaveValue("10.0.0.300:51324");
  await playground.screenshot("bad-address");

  await source.fill("10.0.0.30:51324");
  await expect(source).toHaveAttribute("aria-invalid", "false");
  await expect(playground.outcome).toContainText("10.0.0.30:51324 goes to egress1");
  await expect(playground.runState).toBeHidden();
});

test("a number of bytes that is none is kept and marked", async ({ playground }) => {
  await playground.open();
  const sends = playground.field("Bytes that the client sends");
  await sends.fill("many");
  await playground.field("Source").focus();
  await expect(sends).toHaveValue("many");
  await expect(sends).toHaveAttribute("aria-invalid", "true");
  expect(await playground.textBelow(sends)).toBe("Not a number of bytes from 0 to 65536");
  await sends.fill("5");
  await playground.field("Source").focus();
  await expect(sends).toHaveValue("5 B");
  await expect(sends).toHaveAttribute("aria-invalid", "false");
});

test("a problem of another connection is listed and leads there", async ({ playground }) => {
  await playground.open();
  await playground.field("Destination").fill("nowhere");
  await playground.connections.nth(1).click();
  const problems = playground.page.getByRole("list", { name: "Problems of the scenario" });
  await expect(problems).toContainText("Not an IP address and port");
  await problems.getByRole("button", { name: "10.0.0.42:51324" }).click();
  await expect(playground.field("Destination")).toHaveValue("nowhere");
  await expect(playground.field("Destination")).toHaveAttribute("aria-invalid", "true");
});

test("a cluster name that is taken is refused, the document stays", async ({ playground }) => {
  await playground.open();
  await playground.button("Edit clusters").click();
  await playground.field("Name of cluster egress1").fill("egress2");
  const field = playground.field("Name of cluster egress1");
  expect(await playground.textBelow(field)).toBe("There already is a cluster egress2");
  await field.fill("egress3");
  // The filter still names egress1, which Envoy no longer has.
  await expect(playground.outcome).toContainText("closed: no cluster egress1");
});

test("a configuration that the filter refuses is shown at the field", async ({ playground }) => {
  await playground.open();
  await playground.preset("Configuration rejected").click();
  await expect(playground.outcome).toContainText("not accepted: configuration rejected");
  await expect(playground.configuration).toHaveAttribute("aria-invalid", "true");
  expect(await playground.textBelow(playground.configuration)).toMatch(
    /^Rejected by the filter: ./,
  );
  await expect(playground.connections.first()).toContainText("not accepted");
  await playground.screenshot("rejected");

  await playground.button("Undo").click();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
});

test("an endless loop in the filter is ended, with the trace up to it", async ({ playground }) => {
  await playground.page.route("**/*.wasm", (route) =>
    route.fulfill({ body: endlessLoop, contentType: "application/wasm" }),
  );
  await playground.page.goto("./");
  await expect(playground.outcome).toContainText("no event for 3 s in proxy_on_new_connection", {
    timeout: 20_000,
  });
  await expect(playground.outcome).toContainText("Envoy has no such limit; its worker would hang");
  await expect(playground.trace).toContainText("on_new_connection");
  await playground.screenshot("endless-loop");
});

test("a run that takes long says so and can be stopped", async ({ playground }) => {
  await playground.page.route("**/*.wasm", (route) =>
    route.fulfill({ body: endlessLoop, contentType: "application/wasm" }),
  );
  await playground.page.goto("./");
  await expect(playground.runState).toContainText(/^Running… \d+ events/);
  await playground.button("Stop").click();
  await expect(playground.runState).toBeHidden();
  await expect(playground.page.getByRole("contentinfo")).toContainText("Stopped after");
});

test("workers that are lost in the middle of their work are missed in every view", async ({
  playground,
}) => {
  test.setTimeout(120_000);
  const { page } = playground;
  // As when the system ends a thread: it has answered once, and nothing comes any more.
  await page.addInitScript(() => {
    const Real = Worker;
    globalThis.Worker = class extends Real {
      constructor(...all: ConstructorParameters<typeof Real>) {
        super(...all);
        const lose = () => globalThis.isLosing && super.terminate();
        super.addEventListener("message", lose, { once: true });
      }
    };
  });
  await playground.open();
  await page.evaluate(() => (globalThis.isLosing = true));
  const centre = page.locator("#centre");
  for (const [view, said] of [
    ["Sweep", "Stopped: no answer for 3 s"],
    ["Compare", "was stopped: no event for 3 s"],
    ["Faults", "no answer for 3 s"],
    ["Export", "gave no answer for 3 s"],
  ] as const) {
    await playground.showView(view);
    await expect(centre, view).toContainText(said, { timeout: 15_000 });
  }
  await playground.showView("Trace");
  const source = playground.field("Source");
  await source.fill("10.0.0.30:51324");
  await source.fill("10.0.0.31:51324");
  await expect(centre).toContainText("no event for 3 s", { timeout: 15_000 });

  await page.evaluate(() => (globalThis.isLosing = false));
  // The worker that waits for the next run was made before.
  await expect(async () => {
    await playground.button("Run").first().click();
    await expect(playground.outcome).toContainText("10.0.0.31:51324 goes to egress2");
  }).toPass({ timeout: 30_000 });
  await expect(playground.runState).toBeHidden();
  await playground.showView("Sweep");
  await playground.button("Sweep").last().click();
  await expect(centre).toContainText("128 go to egress1");
});

test("a worker that does not load is a bug of ours, shown and not blank", async ({ page }) => {
  await page.route("**/simulator.worker*", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("Wasmerang itself failed");
  await expect(page.getByRole("alert")).toContainText("The simulator's worker failed");
});

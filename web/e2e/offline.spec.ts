/** The page without a network, after it was loaded once. */
import { expect, test } from "./test.ts";

test.use({ serviceWorkers: "allow" });

test("after the first load, the page loads, runs and steps offline", async ({
  playground,
  context,
}) => {
  await playground.open();
  await playground.untilStored();
  await context.setOffline(true);
  await playground.page.reload();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await playground.field("Source").fill("10.0.0.7:7");
  await expect(playground.outcome).toContainText("10.0.0.7:7 goes to egress2");
  await playground.leaveFields();
  await playground.press("d");
  await expect(playground.timeline).toContainText(/#\d+ \d+ of \d+/);
  // What was never opened is there as well.
  await playground.editAs("JSON");
  await expect(playground.json).toContainText('"source": "10.0.0.7:7"');
  await playground.showView("Module");
  await expect(playground.report).toContainText("is accepted");
  await playground.screenshot("offline");
});

test("only built files are stored, none from elsewhere", async ({ playground }) => {
  await playground.open();
  await playground.untilStored();
  const stored = await playground.page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) urls.push(url);
    }
    return urls;
  });
  const scope = new URL(".", playground.page.url()).href;
  expect(stored.length).toBeGreaterThan(10);
  for (const url of stored) expect(url.startsWith(scope), url).toBe(true);
  expect(stored).toContain(`${scope}index.html`);
  expect(stored.filter((url) => url.includes("compiler.worker"))).toEqual([]);
});

test("a new build is shown whole at the next load", async ({ playground, context }) => {
  await playground.open();
  await playground.untilStored();
  // The next build has another title; an old index.html from the store would show the old one.
  await context.route("**/*", async (route) => {
    const response = await route.fetch();
    const isPage = response.headers()["content-type"]?.startsWith("text/html");
    if (!isPage) return route.fulfill({ response });
    const body = (await response.text()).replace(/<title>.*<\/title>/, "<title>Next</title>");
    return route.fulfill({ response, body });
  });
  await playground.page.reload();
  await expect(playground.page).toHaveTitle("Next");
});

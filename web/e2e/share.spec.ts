/** Links: what they carry, old ones, long ones, broken ones. */
import { readFile } from "node:fs/promises";
import { expect, test } from "./test.ts";

/** Written down when they were made. Each must open in every later version. */
const oldLinks = [
  {
    what: "version 1, the scenario alone",
    hash: "#s=1.JcrLCoAgEEbhd_nXEnmJYl4lWsQ0CyEUHF2J7x4SZ_mdDs4pCdeYk4LODs2tsIBg12UWHG3WuwMGj2iN6Z4vCP73nULwGJcBv02rFAX1MT4",
    outcome: "closed: no cluster",
  },
];

test("a link shows the same view, connection and event", async ({ playground, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open();
  await playground.connections.nth(1).click();
  await playground.press("d");
  const heading = playground.inspector.getByRole("heading").first();
  await expect(heading).toContainText("proxy_call_foreign_function");
  const event = await heading.textContent();
  await playground.button("Share link").click();
  await expect(playground.notice).toHaveText(/^Link copied, \d+ characters\./);
  const link = await playground.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#s=1\.[\w-]+&connection=1&playhead=\d+$/);

  await playground.page.goto("about:blank");
  await playground.page.goto(link);
  await expect(playground.outcome).toContainText("10.0.0.43:51325 goes to egress2");
  await expect(heading).toHaveText(event ?? "");
  await expect(playground.timeline).toContainText(/#\d+ \d+ of \d+/);
});

for (const { what, hash, outcome } of oldLinks) {
  test(`an old link opens: ${what}`, async ({ playground }) => {
    await playground.open(hash);
    await expect(playground.outcome).toContainText(outcome);
    await expect(playground.notice).toBeHidden();
  });
}

test("parts that make no sense leave the scenario", async ({ playground, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open();
  await playground.field("Source").fill("10.3.3.3:3");
  await expect(playground.page).toHaveURL(/#s=1\./);
  const hash = new URL(playground.page.url()).hash;
  await playground.page.goto("about:blank");
  await playground.open(`${hash}&view=kitchen&connection=99&playhead=99999&event=x`);
  await expect(playground.outcome).toContainText("10.3.3.3:3 goes to egress2");
});

test("a link that is too long offers a file, which holds the same", async ({
  playground,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open();
  // Random bytes do not deflate.
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(40_000))).toString("base64");
  await playground.chooseScenario(
    "large.json",
    JSON.stringify({
      clusters: { egress1: { endpoints: ["10.1.0.11:8080"] } },
      connections: [
        {
          source: "10.0.0.8:8",
          destination: "203.0.113.10:443",
          steps: [{ downstream: { base64: random } }],
        },
      ],
    }),
  );
  await expect(playground.outcome).toContainText("10.0.0.8:8 goes to egress1");
  await playground.button("Share link").click();
  const dialog = playground.page.getByRole("dialog", { name: "Too long for a link" });
  await expect(dialog).toContainText("more than 32 000 characters");
  await playground.screenshot("long-link");
  const [download] = await Promise.all([
    playground.page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain(random);
  await expect(dialog).toBeHidden();

  // Too long for the address as well, and yet a reload has it.
  await playground.settle();
  await playground.page.reload();
  await expect(playground.outcome).toContainText("10.0.0.8:8 goes to egress1");

  await playground.button("Share link").click();
  await dialog.getByRole("button", { name: "Copy the link all the same" }).click();
  await expect(playground.notice).toHaveText(/^Link copied, \d{5,} characters\./);
});

/** Two modules or configurations side by side. */
import { readFile } from "node:fs/promises";
import { growingAtOne, loopingAtOne, trappingAtOne } from "./addressModules.ts";
import { testLooks } from "./looks.ts";
import { compile, idle, mistyped, trapping } from "./modules.ts";
import { ComparePage } from "./sweepPage.ts";
import { expect, test } from "./test.ts";

const otherEven = '{"mode": "standalone", "clusters": ["egress9", "egress2"]}';

test("another configuration: input is told from behaviour, and N leads to differences", async ({
  playground,
}) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await expect(compare.outcome).toContainText("10.0.0.42:51324 goes to egress1 in both");
  await expect(compare.outcome).toContainText("No call differs.");

  await compare.configuration.fill(otherEven);
  await expect(compare.outcome).toContainText(
    "10.0.0.42:51324 goes to egress1 in A, closed: no cluster egress9 in B",
  );
  await expect(compare.outcome).toContainText("1 of 2 connections end otherwise in B");
  await expect(
    compare.rows.getByRole("row", { name: /on_configure context 1, 10 B/ }),
  ).toContainText("input");
  await expect(compare.selectedRow()).toContainText("set_envoy_filter_state = egress1");
  await expect(compare.selectedRow()).toContainText("set_envoy_filter_state = egress9");
  await expect(compare.selectedRow()).toContainText("first");
  await playground.screenshot("compare-configuration");
  await playground.leaveFields();
  await playground.press("n");
  await expect(compare.selectedRow()).toContainText("10.0.0.42:51324 -> egress9");
  await playground.press("Shift+N");
  await expect(compare.selectedRow()).toContainText("first");
  await playground.press("Shift+N");
  await expect(compare.selectedRow()).toContainText("only in B");

  await compare.rows.focus();
  await playground.press("Home", "ArrowDown", "Enter");
  await expect(playground.inspector).toContainText("_initialize");
  await expect(playground.trace).toBeVisible();
});

test("the present one is kept as B, and A goes on from there", async ({ playground }) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await playground.button("Keep this as B").click();
  await playground.configuration.fill(otherEven);
  await expect(compare.outcome).toContainText(
    "closed: no cluster egress9 in A, goes to egress1 in B",
  );
  await playground.configuration.fill("standalone");
  await expect(compare.outcome).toContainText("goes to egress1 in both");
  // A connection that is edited is edited for both.
  await playground.field("Source").fill("10.0.0.9:1");
  await expect(compare.outcome).toContainText("10.0.0.9:1 goes to egress2 in both");
});

test("modules of the gallery and of the user's", async ({ playground }) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await compare.module.selectOption("gallery logging");
  await expect(compare.outcome).toContainText("goes to egress1 in A, goes to default in B");
  await compare.chooseFile("trapping.wasm", await compile(trapping));
  await expect(compare.outcome).toContainText("goes to egress1 in A, closed: the filter trapped");
  await compare.policy.selectOption("FAIL_OPEN");
  await expect(compare.outcome).toContainText("in B");
  await compare.chooseFile("typo.wasm", await compile(mistyped));
  await expect(compare.outcome).toContainText("not accepted: plugin refused in B");
  await compare.chooseFile("notes.wasm", Buffer.from("these are notes"));
  await expect(compare.outcome).toContainText("not accepted: plugin refused in B");
  await compare.module.selectOption("same");
  await compare.policy.selectOption("same");
  await expect(compare.outcome).toContainText("No call differs.");
});

test("over a sweep: who changes route, as a matrix and a file", async ({ playground }) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await compare.configuration.fill(
    '{"clusters": ["egress1", "egress2"], "routes": [{"source": "10.0.0.0/29", "cluster": "egress2"}]}',
  );
  await playground.button("Over a sweep").click();
  await compare.sweep("10.0.0.0/22");
  await expect(compare.changed).toContainText(
    "4 of 1 024 addresses change route: 4 from egress1 to egress2",
  );
  await playground.screenshot("compare-sweep");
  const row = compare.matrix.getByRole("row", { name: /^egress1/ });
  await expect(row).toContainText("508");
  const [download] = await Promise.all([
    playground.page.waitForEvent("download"),
    playground.button("Download changed routes as CSV").click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual([
    "10.0.0.0",
    "10.0.0.2",
    "10.0.0.4",
    "10.0.0.6",
  ]);
  await row.getByRole("button", { name: "10.0.0.2" }).click();
  await expect(compare.outcome).toContainText(
    "10.0.0.2:51324 goes to egress1 in A, goes to egress2 in B",
  );
});

test("a guest of B that never returns, and a sweep that is cancelled", async ({ playground }) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await compare.chooseFile("looping.wasm", await compile(loopingAtOne));
  await expect(compare.outcome).toContainText("goes to default in B");
  await playground.button("Over a sweep").click();
  await compare.sweep("10.0.3.0/28");
  const sweep = playground.page.getByRole("region", { name: "Compare" });
  await expect(sweep.getByRole("alert")).toHaveText(
    /^B: Stopped: no answer for 3 s at 10\.0\.3\.7\./,
    { timeout: 20_000 },
  );
  await compare.sweep("10.0.0.0/12");
  await expect(compare.changed.getByRole("progressbar")).toBeVisible();
  await playground.press("Escape");
  await expect(sweep).toContainText("Stopped. What both sides have answered:");

  await playground.button("Calls of this connection").click();
  await playground.field("Source").fill("10.0.3.7:51324");
  await expect(compare.outcome).toContainText(
    "B was stopped: no event for 3 s in proxy_on_new_connection",
    { timeout: 20_000 },
  );
});

test("a trap and a memory bomb in B are named, in one connection and over a sweep", async ({
  playground,
}) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await compare.chooseFile("trapping.wasm", await compile(trappingAtOne));
  await playground.field("Source").fill("10.0.3.7:51324");
  await expect(compare.outcome).toContainText("goes to egress2 in A, closed: the filter trapped");
  await playground.button("Over a sweep").click();
  await compare.sweep("10.0.3.0/28");
  await expect(compare.changed).toContainText("trapped");

  await compare.chooseFile("growing.wasm", await compile(growingAtOne));
  await expect(compare.outcome).toContainText("B was stopped: the guest's memory has grown beyond");
  await playground.button("Sweep again").click();
  const view = playground.page.getByRole("region", { name: "Compare" });
  await expect(view.getByRole("alert")).toContainText(
    /^B: Stopped: the guest's memory has grown beyond .* at 10\.0\.3\.7/,
    { timeout: 20_000 },
  );
  await compare.module.selectOption("same");
  await expect(compare.outcome).toContainText("10.0.3.7:51324 goes to egress2 in both");
});

testLooks([390, 768, 1440, 1920], async (playground, { check }) => {
  const compare = new ComparePage(playground);
  await playground.open();
  await compare.open();
  await compare.configuration.fill(otherEven);
  await compare.chooseFile("idle-with-a-long-name-of-the-users-own.wasm", await compile(idle));
  await expect(compare.outcome).toContainText("goes to default in B");
  await check("compare");
  await playground.button("Over a sweep").click();
  await compare.sweep("10.0.0.0/24");
  await expect(compare.changed).toContainText("256 of 256 addresses change route");
  await check("compare-sweep");
});

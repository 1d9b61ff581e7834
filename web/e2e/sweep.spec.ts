/** Many source addresses at once. */
import { readFile } from "node:fs/promises";
import { loopingAtOne, trappingAtOne } from "./addressModules.ts";
import { testLooks } from "./looks.ts";
import { compile, mistyped, trapping } from "./modules.ts";
import { SweepPage } from "./sweepPage.ts";
import { expect, test } from "./test.ts";

test("answers for the network of the connection, and makes an address the scenario", async ({
  playground,
}) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await expect(sweep.outcome).toContainText(
    "256 addresses: 128 go to egress1, 128 go to egress2, none undecided",
  );
  await expect(sweep.outcome).toContainText("Every even last byte goes to egress1");
  await expect(sweep.map.getByRole("gridcell")).toHaveCount(256);
  await expect(sweep.cell("10.0.0.42: egress1")).toHaveAttribute("aria-selected", "true");

  await sweep.cell("10.0.0.77: egress2").hover();
  await expect(sweep.region).toContainText("10.0.0.77 egress2");
  await sweep.cell("10.0.0.77: egress2").click();
  await expect(sweep.details.getByRole("heading", { name: "10.0.0.77" })).toBeVisible();
  await sweep.map.focus();
  await playground.press("ArrowRight", "ArrowDown");
  await expect(sweep.details.getByRole("heading", { name: "10.0.0.94" })).toBeVisible();
  await playground.screenshot("sweep-24");
  await playground.press("Enter");
  await expect(playground.outcome).toContainText("10.0.0.94:51324 goes to egress1");
  await expect(playground.field("Source")).toHaveValue("10.0.0.94:51324");
});

test("a /16 shows its blocks, opens one by keyboard, and is saved", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await expect(sweep.outcome).toContainText("256 addresses: 128 go");
  await sweep.form.getByRole("button", { name: "/16" }).click();
  await expect(sweep.outcome).toContainText(
    "65 536 addresses: 32 768 go to egress1, 32 768 go to egress2, none undecided",
    { timeout: 30_000 },
  );
  const took = /65\s536 in ([\d\s]+) ms/.exec((await sweep.outcome.textContent()) ?? "")?.[1];
  test.info().annotations.push({ type: "/16 sweep", description: `${took} ms` });
  console.log(`/16 sweep in the page: ${took} ms`);
  await expect(sweep.map.getByRole("gridcell")).toHaveCount(256);
  await expect(sweep.cell("10.0.42.0/24: 128 egress1, 128 egress2")).toBeVisible();
  await playground.screenshot("sweep-16");

  await sweep.map.focus();
  await playground.press("ArrowRight", "Enter", "ArrowRight", "ArrowRight", "ArrowRight");
  await expect(sweep.details.getByRole("heading", { name: "10.0.1.3" })).toBeVisible();
  await playground.press("Escape");
  await expect(sweep.details.getByRole("heading", { name: "10.0.1.0/24" })).toBeVisible();

  const [download] = await Promise.all([
    playground.page.waitForEvent("download"),
    playground.button("Download CSV").click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(65_537);
  expect(lines[0]).toBe("source,destination,outcome,cluster,by");
  expect(lines[300]).toBe("10.0.1.43,203.0.113.10:443,routed,egress2,filterState");
});

test("lists, IPv6 and several ports", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await sweep.ports.fill("443, 8080-8081");
  await sweep.sweep("10.0.0.1\n10.9.0.0/30, 2001:db8::f");
  await expect(sweep.outcome).toContainText(
    "6 addresses × 3 ports: 12 go to egress2, 6 go to egress1, none undecided",
  );
  await expect(sweep.cell("2001:db8::f: egress2")).toBeVisible();
  await sweep.region.getByLabel("To", { exact: true }).selectOption("203.0.113.10:8081");
  await sweep.cell("10.0.0.1: egress2").click();
  await expect(sweep.details).toContainText("to 203.0.113.10:8081");
});

test("follows the scenario: undecided addresses, unknown clusters and a rule that is broken", async ({
  playground,
}) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await sweep.details.getByLabel("Rule", { exact: true }).selectOption("evenOdd");
  await expect(sweep.details).toContainText("Holds for 256 of 256");
  const routes = (cluster: string) =>
    `{"clusters": ["egress1", "egress2"], "routes": [{"source": "10.0.0.0/30", "cluster": "${cluster}"}]}`;
  await playground.configuration.fill(routes("egress2"));
  await expect(sweep.outcome).toContainText("130 go to egress2, 126 go to egress1");
  await sweep.details.getByLabel("Even to").selectOption("egress1");
  await expect(sweep.details).toContainText("2 of 256 break it");
  await sweep.details.getByRole("list").getByRole("button", { name: "10.0.0.2" }).click();
  await expect(sweep.cell("10.0.0.2: egress2")).toHaveAttribute("aria-selected", "true");

  await playground.configuration.fill(routes("egress9"));
  await expect(sweep.outcome).toContainText("4 are closed: no cluster egress9");
});

test("what cannot be read is named, and the last answer stays", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await expect(sweep.outcome).toContainText("256 addresses: 128 go");
  const wrong = [
    ["10.0.0.0/33", "“10.0.0.0/33” is not an address or a range."],
    ["10.0.0.1\n10.0.0.2\nten\n10.0.0.4", "Line 3: “ten” is not an address or a range."],
    ["10.0.0.0/8", "16\u00a0777\u00a0216 addresses."],
  ] as const;
  for (const [text, problem] of wrong) {
    await sweep.sources.fill(text);
    expect(await playground.textBelow(sweep.sources)).toContain(problem);
    await expect(sweep.form.getByRole("button", { name: "Sweep", exact: true })).toBeDisabled();
  }
  expect(await playground.textBelow(sweep.sources)).toBe(
    "16\u00a0777\u00a0216 addresses. The limit here is 1\u00a0048\u00a0576 (/12); the command line has none.",
  );
  await sweep.sources.fill("10.0.0.0/24");
  await sweep.ports.fill("443, http");
  expect(await playground.textBelow(sweep.ports)).toContain("“http” is not a port");
  await expect(sweep.outcome).toContainText("256 addresses: 128 go");
});

test("a large sweep is cancelled midway and keeps what it knows", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await sweep.sweep("10.0.0.0/12");
  await expect(sweep.region.getByRole("progressbar")).toBeVisible();
  await expect(sweep.outcome).toContainText(/go to egress1, .* not asked/);
  await playground.press("Escape");
  await expect(sweep.region).toContainText("Stopped. What is known so far:");
  const text = await sweep.outcome.textContent();
  expect(text).toMatch(/1\s048\s576 addresses: [\d\s]+ go to egress\d, .*, [\d\s]+ not asked/);
  await expect(sweep.map.getByRole("gridcell")).toHaveCount(16);
  // The workers that were ended are replaced.
  await sweep.sweep("10.0.0.0/30");
  await expect(sweep.outcome).toContainText("4 addresses: 2 go to egress1");
});

test("a guest that never returns is ended, and the address named", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await playground.choose("looping.wasm", await compile(loopingAtOne));
  await expect(playground.report).toContainText("looping.wasm is accepted");
  await sweep.open();
  await expect(sweep.outcome).toContainText("256 addresses: 256 are undecided and go to default");
  await sweep.sweep("10.0.0.0/22");
  await expect(sweep.region.getByRole("alert")).toHaveText(
    "Stopped: no answer for 3 s at 10.0.3.7. Envoy has no such limit; its worker would hang.",
    { timeout: 20_000 },
  );
  await expect(sweep.outcome).toContainText("not asked");
  await playground.screenshot("sweep-hung");
});

test("traps are outcomes, and a refused module says so", async ({ playground }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await playground.choose("one.wasm", await compile(trappingAtOne));
  await expect(playground.report).toContainText("one.wasm is accepted");
  await sweep.open();
  await sweep.sweep("10.0.0.0/22");
  await expect(sweep.outcome).toContainText(
    "1 024 addresses: 1 023 are undecided and go to default, 1 traps",
  );
  await sweep.details
    .getByRole("row", { name: /trapped/ })
    .getByRole("button")
    .click();
  await expect(sweep.cell("10.0.3.7: trapped")).toHaveAttribute("aria-selected", "true");
  await playground.choose("all.wasm", await compile(trapping));
  await expect(playground.report).toContainText("all.wasm is accepted");
  await sweep.open();
  await expect(sweep.outcome).toContainText("1 024 addresses: 1 024 trap");

  await playground.choose("typo.wasm", await compile(mistyped));
  await expect(playground.report).toContainText("would be refused");
  await sweep.open();
  await expect(sweep.outcome).toContainText("No connection is accepted");
  await expect(sweep.outcome).toContainText("Envoy refuses the module or its configuration");
});

testLooks([390, 768, 1440, 1920], async (playground, { width, check }) => {
  const sweep = new SweepPage(playground);
  await playground.open();
  await sweep.open();
  await sweep.sweep("10.0.0.0/20");
  await expect(sweep.outcome).toContainText("4 096 addresses: 2 048 go");
  await check("sweep-blocks");
  await sweep.cell(/10\.0\.3\.0\/24/).dblclick();
  await expect(sweep.cell("10.0.3.9: egress2")).toBeVisible();
  await check("sweep");
  if (width < 760) await expect(sweep.map).toHaveAttribute("aria-colcount", "8");
});

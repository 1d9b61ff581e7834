/** The sources in the page: edited, compiled, run, mended, taken along. */
import { expect, test as base } from "./test.ts";
import { CodePage } from "./codePage.ts";

const test = base.extend<{ code: CodePage }>({
  code: async ({ playground }, use) => {
    await use(new CodePage(playground));
  },
});

test("first look", async ({ playground, code }) => {
  test.setTimeout(120_000);
  await playground.open();
  await code.open();
  await playground.screenshot("code-first");
  await code.replace("Continue;\n    clusterName", "Continue;\n    clusterName");
  await code.openFile("routing.ts");
  await playground.screenshot("code-routing");
  await code.choose("Minimal");
  await expect(playground.outcome).toContainText("goes to egress2");
  await code.replace('asciiBytes("egress2")', 'asciiBytes("egress1")');
  await playground.screenshot("code-loading");
  await code.compiled();
  await expect(playground.outcome).toContainText("goes to egress1");
  await playground.screenshot("code-edited");
  await code.replace("setCluster(CLUSTER)", "setCluster(CLUSTR)");
  await expect(code.diagnostics).toBeVisible({ timeout: 30_000 });
  await playground.screenshot("code-error");
});

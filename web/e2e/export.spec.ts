/** Files that run the filter in an Envoy: the same as the command line writes. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { CodePage } from "./codePage.ts";
import { ExportPage } from "./exportPage.ts";
import { testLooks } from "./looks.ts";
import { compile, idle, mistyped } from "./modules.ts";
import { expect, test } from "./test.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const builtIn = join(root, "filter/build/wasmerang.wasm");
const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What `wasmerang bundle` writes, by path. */
function bundled(target: string, ...options: readonly string[]): ReadonlyMap<string, Buffer> {
  const out = mkdtempSync(join(tmpdir(), "wasmerang-export-"));
  try {
    const program = [join(root, "host-sim/bin/wasmerang.js"), "bundle", "--target", target];
    const args = [...program, "--out", out, "--wasm", builtIn, ...options];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const entries = readdirSync(out, { recursive: true, withFileTypes: true });
    return new Map(
      entries
        .filter((it) => it.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => [relative(out, path), readFileSync(path)]),
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}

const JSON_TEXT = '{"routes": [{"source": "10.1.0.0/16", "cluster": "egress2"}]}';

for (const [target, title, config] of [
  ["envoy", "Plain Envoy", JSON_TEXT],
  ["envoy", "Plain Envoy", undefined],
  ["docker", "Docker Compose", JSON_TEXT],
  ["istio", "Istio", '{"mode": "istio", "namespace": "it\'s \u00e9"}'],
  ["istio", "Istio", undefined],
] as const) {
  test(`the zip for ${target} is what wasmerang bundle writes, configuration ${config}`, async ({
    playground,
  }) => {
    const page = new ExportPage(playground);
    await playground.open();
    if (config !== undefined) await playground.configuration.fill(config);
    await page.open();
    await page.target(title).click();
    if (config === undefined) await page.from("Of the files").click();
    await expect(page.outcome).toContainText(`for ${title}`);
    await expect(page.zip).toBeEnabled();
    const zip = await page.downloadZip();
    const expected = bundled(target, ...(config === undefined ? [] : ["--config", config]));
    const folder = `wasmerang-${target}/`;
    expect([...zip.keys()].sort()).toEqual([...expected.keys()].map((it) => folder + it).sort());
    for (const [path, bytes] of expected) {
      expect(bytes.equals(zip.get(folder + path) ?? new Uint8Array()), path).toBe(true);
    }
    await expect(page.files.getByRole("tab")).toHaveCount(expected.size);
    // The guide first.
    await expect(page.files.getByRole("tab").first()).toHaveText("README.md");
  });
}

test("shows what is filled in, copies and saves single files, and has the guide at hand", async ({
  playground,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = new ExportPage(playground);
  await playground.open();
  await playground.configuration.fill(JSON_TEXT);
  await page.open();
  await expect(page.outcome).toContainText("4 files for Plain Envoy, ready to run");
  await expect(page.file("envoy.yaml")).toHaveAttribute("aria-selected", "true");
  const marks = page.content.locator("mark");
  await expect(marks).toHaveText([
    '"@type": type.googleapis.com/google.protobuf.StringValue',
    `value: '${JSON_TEXT}'`,
    "wasmerang.wasm",
  ]);
  await expect(marks.first()).toBeInViewport();
  await playground.screenshot("export");

  await page.region.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.region.getByRole("status")).toHaveText("Copied");
  const expected = bundled("envoy", "--config", JSON_TEXT);
  const copied = await playground.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(expected.get("envoy.yaml")?.toString());

  const save = page.region.getByRole("button", { name: "Download file" });
  await page.file("wasmerang.wasm.sha256").click();
  const sums = await page.download(save);
  expect(sums.name).toBe("wasmerang.wasm.sha256");
  expect(sums.bytes.equals(expected.get("wasmerang.wasm.sha256") ?? Buffer.alloc(0))).toBe(true);

  await page.file("wasmerang.wasm").first().click();
  const sha256 = sha256Of(readFileSync(builtIn));
  await expect(page.content).toContainText(sha256);
  await expect(page.details).toContainText(sha256);
  const wasm = await page.download(save);
  expect(wasm.name).toBe("wasmerang.wasm");
  expect(sha256Of(wasm.bytes)).toBe(sha256);

  await page.region.getByRole("button", { name: "Guide" }).click();
  await expect(
    page.content.getByRole("heading", { name: "The filter in one Envoy" }),
  ).toBeVisible();
  await expect(page.content).not.toContainText("```");
  await playground.screenshot("export-guide");
  await page.content.getByRole("button", { name: "Copy curl -s --interface" }).click();
  expect(await playground.page.evaluate(() => navigator.clipboard.readText())).toBe(
    "curl -s --interface 127.0.0.2 http://127.0.0.1:15001/\ncurl -s --interface 127.0.0.3 http://127.0.0.1:15001/",
  );
  await page.target("Docker Compose").click();
  await page.region.getByRole("button", { name: "Guide" }).click();
  await expect(page.content.getByRole("columnheader", { name: "file" })).toBeVisible();
  await expect(page.content).not.toContainText("<!--");
});

test("a refused configuration exports nothing, and has a way out", async ({ playground }) => {
  const page = new ExportPage(playground);
  await playground.open();
  await page.open();
  await expect(page.zip).toBeEnabled();
  await playground.configuration.fill('{"clusters": []}');
  await expect(page.outcome).toContainText("Nothing to export: Envoy would refuse this");
  await expect(page.outcome.getByLabel("What the filter logged")).toContainText(
    "configuration refused: clusters: must be a list of at least one name",
  );
  await expect(page.zip).toBeDisabled();
  await expect(page.files).toBeHidden();
  await playground.screenshot("export-refused");

  await page.outcome.getByRole("button", { name: /instead: standalone/ }).click();
  await expect(page.outcome).toContainText("ready to run");
  await expect(page.content).toContainText("value: standalone");
  await page.from("Of the scenario").click();
  await expect(page.zip).toBeDisabled();
  await playground.configuration.fill('{"clusters": ["egress2"]}');
  await expect(page.outcome).toContainText("ready to run");
  await expect(page.content).toContainText(`value: '{"clusters": ["egress2"]}'`);
});

test("clusters that the files lack are named", async ({ playground }) => {
  const page = new ExportPage(playground);
  await playground.open();
  await page.open();
  await page.target("Istio").click();
  await expect(page.outcome).toContainText("31 files for Istio, without 2 clusters");
  await expect(page.outcome.getByRole("list", { name: "Warnings" })).toContainText(
    "The filter names the cluster egress1, which the files lack: add it there.",
  );
  await playground.screenshot("export-warning");
  await page.outcome.getByRole("button", { name: /instead: istio/ }).click();
  await expect(page.outcome).toContainText("31 files for Istio, ready to run");
});

test("modules that Envoy refuses, or that never answer, are not exported", async ({
  playground,
}) => {
  const page = new ExportPage(playground);
  await playground.open();
  await playground.choose("typo.wasm", await compile(mistyped));
  await expect(playground.report).toContainText("would be refused");
  await page.open();
  await expect(page.outcome).toContainText("Nothing to export");
  await expect(page.outcome).toContainText("env.proxy_get_propperty");
  await expect(page.zip).toBeDisabled();

  const loop = `(func (export "proxy_on_configure") (param i32 i32) (result i32)
    (loop $again (br $again)) (i32.const 1))`;
  await playground.choose("loop.wasm", await compile(idle.replace(/\)$/, `${loop})`)));
  await expect(playground.report).toContainText("loop.wasm");
  await page.open();
  await expect(page.outcome).toContainText("gave no answer for 3 s", { timeout: 15_000 });
  await expect(page.zip).toBeDisabled();

  const grow = `(func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (memory.grow (i32.const 8000))) (i32.const 1))`;
  await playground.choose("grow.wasm", await compile(idle.replace(/\)$/, `${grow})`)));
  await expect(playground.report).toContainText("grow.wasm");
  await page.open();
  await expect(page.outcome).toContainText("the filter was stopped");
  await expect(page.outcome).toContainText("memory has grown beyond 256 MiB");
  await expect(page.zip).toBeDisabled();

  const bytes = await compile(idle);
  await playground.choose("idle.wasm", bytes);
  await expect(playground.report).toContainText("idle.wasm is accepted");
  await page.open();
  await expect(page.outcome).toContainText("ready to run");
  await expect(page.details).toContainText("idle.wasm");
  const zip = await page.downloadZip();
  expect(bytes.equals(zip.get("wasmerang-envoy/wasmerang.wasm") ?? Buffer.alloc(0))).toBe(true);
});

test("a Struct is filled in as such, and what the files do not have is said", async ({
  playground,
}) => {
  const page = new ExportPage(playground);
  await playground.open();
  const plugin = {
    configuration: { struct: { clusters: ["egress2", "egress1"] } },
    failurePolicy: "FAIL_OPEN",
    logLevel: "debug",
    environment: { A: "b" },
  };
  const scenario = { plugin, clusters: {}, connections: [] };
  await playground.chooseScenario("struct.json", JSON.stringify(scenario));
  await page.open();
  await expect(page.outcome).toContainText("ready to run");
  await expect(page.content).toContainText("type.googleapis.com/google.protobuf.Struct");
  await expect(page.content).toContainText('value: {"clusters":["egress2","egress1"]}');
  await expect(page.details).toContainText("wasmerang bundle --config takes text only");
  await expect(page.details).toContainText("environment");
  // Failure policy and log level go along, marked as filled in.
  await expect(page.content.locator("mark").filter({ hasText: "FAIL_OPEN" })).toHaveCount(1);
  await expect(page.content).toContainText("failure_policy: FAIL_OPEN");
  // The command line makes the same files of the same scenario.
  const file = join(test.info().outputDir, "struct.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(scenario));
  const zip = await page.downloadZip();
  for (const [path, bytes] of bundled("envoy", "--scenario", file)) {
    expect(bytes.equals(zip.get(`wasmerang-envoy/${path}`) ?? new Uint8Array()), path).toBe(true);
  }
  await page.file("README.md").click();
  await expect(page.content).toContainText("--component-log-level wasm:debug");
  await page.target("Istio").click();
  await page.file("base/client.yaml").click();
  await expect(page.content).toContainText('componentLogLevel: "wasm:debug"');
  await page.file("wasmplugin/wasmplugin.yaml").click();
  await expect(page.content).toContainText("failStrategy: FAIL_OPEN");
  await page.from("Of the files").click();
  await expect(page.content).toContainText("failStrategy: FAIL_CLOSE");
});

test("of what the Code view made, the release build is exported", async ({ playground }) => {
  test.slow();
  const page = new ExportPage(playground);
  const code = new CodePage(playground);
  await playground.open();
  await code.open();
  await expect(playground.button(/Download.*wasmerang\.debug\.wasm/)).toBeVisible();
  await page.open();
  await expect(page.details).toContainText("The release build of the same sources");
  const release = sha256Of(readFileSync(builtIn));
  await expect(page.details).toContainText(release);

  // Another comment is the same program: the compiler of the page has to make the same bytes.
  await code.open();
  await code.replace("filter: reads", "filter reads");
  await code.compiled();
  await page.open();
  await expect(page.region).toContainText("Compiling the release build");
  await expect(page.details).toContainText("wasmerang.edited.wasm", { timeout: 60_000 });
  await expect(page.details).toContainText(release);
  await expect(page.outcome).toContainText("--scenario FILE --wasm FILE --out DIR");

  await code.showView("Code");
  await code.waitForEditor();
  await code.replace("filter reads", "*/ filter reads");
  await expect(code.diagnostics).toBeVisible({ timeout: 60_000 });
  await page.open();
  await page.target("Docker Compose").click();
  await expect(page.outcome).toContainText("for Docker Compose, ready to run");
  await expect(page.details).toContainText(release);
});

test("goes by keyboard from target to file", async ({ playground }) => {
  const page = new ExportPage(playground);
  await playground.open();
  await page.open();
  await page.target("Plain Envoy").focus();
  await playground.press("ArrowRight");
  await expect(page.target("Docker Compose")).toBeFocused();
  await expect(page.outcome).toContainText("for Docker Compose, ready");
  await playground.press("Tab", "Tab", "Tab");
  await expect(page.files.getByRole("tab", { selected: true })).toBeFocused();
  await playground.press("End");
  await expect(page.file("wasmerang.wasm.sha256")).toBeFocused();
  await expect(page.content).toContainText("wasmerang.wasm");
  await playground.press("Home");
  await expect(page.content).toContainText("Docker");
  await playground.press("Tab", "Tab", "Tab");
  await expect(page.content).toBeFocused();
});

testLooks([390, 768, 1440], async (playground, { check }) => {
  const page = new ExportPage(playground);
  await playground.open();
  await page.open();
  for (const title of ["Plain Envoy", "Istio"]) {
    await page.target(title).click();
    await expect(page.outcome).toContainText(`for ${title}`);
    await expect(page.zip).toBeEnabled();
    await check(`export-${title.split(" ")[0]}`);
  }
  await page.file("README.md").click();
  await check("export-guide");
  await playground.choose("typo.wasm", await compile(mistyped));
  await expect(playground.report).toContainText("would be refused");
  await page.open();
  await expect(page.outcome).toContainText("Nothing to export");
  await check("export-refused");
});

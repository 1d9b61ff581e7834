/** Nothing from a link, a file or a module gets into the page's markup or out of its origin. */
import fc from "fast-check";
import { packJson, writeLink } from "../src/session/shareLink.ts";
import { defaultScenario } from "../src/state/defaultScenario.ts";
import { compile } from "./modules.ts";
import { viewKey } from "./playgroundPage.ts";
import { views } from "../src/state/views.ts";
import { expect, test } from "./test.ts";

test.describe.configure({ timeout: 120_000 });

/** Becomes an element, and calls out, if it is ever taken for markup. */
const markup = `<img src="https://attacker.invalid/x" onerror="globalThis.hit=1"><script>globalThis.hit=1</script>`;

declare global {
  var hit: number | undefined;
}

test("markup in every text of a scenario and of a module stays text, in all views", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  // The guest logs its configuration, which is markup too; its name and its function's name are.
  const wasm = await compile(`(module
    (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) ${JSON.stringify(markup).replaceAll('\\"', "\\22")})
    (func (export "proxy_abi_version_0_2_1"))
    (func (export ${JSON.stringify(markup).replaceAll('\\"', "\\22")}))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "proxy_on_new_connection") (param i32) (result i32)
      (drop (call $log (i32.const 2) (i32.const 64) (i32.const ${markup.length})))
      (i32.const 0)))`);
  await playground.choose(`${markup}.wasm`.replaceAll("/", "-"), wasm);
  await expect(playground.moduleSummary).toContainText(".wasm");
  const scenario = {
    name: markup,
    plugin: { name: markup, configuration: markup, rootId: markup, vmId: markup },
    listener: { name: markup },
    tcpProxy: { cluster: markup },
    clusters: { [markup]: { endpoints: ["10.1.0.1:80"] } },
    connections: [
      {
        id: markup,
        source: "10.0.0.42:51324",
        destination: "203.0.113.10:443",
        steps: [{ downstream: markup }],
      },
    ],
  };
  await playground.press("Escape", "1");
  await playground.chooseScenario("scenario.json", JSON.stringify(scenario));
  await expect(playground.outcome).toContainText("goes to <img");
  await expect(playground.log).toHaveCount(await playground.log.count());
  for (const { id } of views) {
    await playground.press("Escape", viewKey(id));
    await page.waitForTimeout(300);
    expect(await page.locator('img[src*="attacker"]').count(), id).toBe(0);
  }
  expect(await page.evaluate(() => globalThis.hit)).toBeUndefined();
});

test("a link that is anything but a link leaves a working page", async ({ playground }) => {
  const odd = [markup, "%", "%E0%A4", "s=AAAA", "__proto__", "s=" + "A".repeat(5000), "\0\u202e"];
  for (const text of odd) {
    await playground.open(`#${encodeURIComponent(text)}`);
    await playground.page.goto("about:blank");
    await playground.open(`#s=${text}`);
    expect(await playground.page.evaluate(() => globalThis.hit)).toBeUndefined();
    await playground.page.goto("about:blank");
  }
});

/** Some value of a document, at any depth, in place of which something odd stands. */
function spoil(document: object, choose: (most: number) => number, odd: unknown): void {
  const entries = Object.entries(document);
  const [name, value] = entries[choose(entries.length - 1)] ?? [];
  if (name === undefined) return;
  const isDeeper = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (isDeeper && choose(4) > 0) spoil(value as object, choose, odd);
  else (document as Record<string, unknown>)[name] = odd;
}

test("links with odd contents leave a working page, and nothing of them becomes markup", async ({
  playground,
}) => {
  const { page } = playground;
  const oddValue = fc.oneof(
    fc.constantFrom<unknown>(markup, null, -1, 1e308, "", "\u202e\0", "__proto__", [], {}, true),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const path = fc.constantFrom("assembly/filter.ts", "constructor", "__proto__", "../x", markup);
  const part = fc.oneof(
    fc.constantFrom("code", "sweep", "0", "-1", "1", "18", "9999999999", "__proto__", "wasmerang"),
    fc.stringMatching(/^[A-Za-z0-9_-]{0,9}$/),
  );
  const link = fc.record({
    spoils: fc.array(fc.tuple(fc.infiniteStream(fc.nat()), oddValue), { maxLength: 2 }),
    parts: fc.record(
      { view: part, connection: part, playhead: part, event: part, entry: part },
      { requiredKeys: [] },
    ),
    sources: fc.option(fc.dictionary(path, oddValue, { noNullPrototype: true })),
  });
  await playground.open();
  for (const { spoils, parts, sources } of fc.sample(link, { numRuns: 20, seed: 1 })) {
    const document = structuredClone(defaultScenario);
    for (const [numbers, odd] of spoils) {
      spoil(document, (most) => (numbers.next().value ?? 0) % (most + 1), odd);
    }
    const packed = sources === null ? {} : { sources: await packJson(sources) };
    const hash = await writeLink(document, { ...parts, ...packed });
    await page.goto("about:blank");
    await page.goto(`./${hash}`);
    await expect(page.locator("#centre"), hash).toBeVisible();
    await expect(page.locator("footer"), hash).toContainText(/^(Ran|Stopped|Failed)/);
    await expect(playground.button("Show again"), hash).toHaveCount(0);
    expect(await page.locator('img[src*="attacker"]').count(), hash).toBe(0);
    expect(await page.evaluate(() => globalThis.hit), hash).toBeUndefined();
  }
  await page.goto("about:blank");
  await playground.open();
});

test("the policy lets the page reach no other origin, nor run text", async ({ page }) => {
  // Without the fixture's guard: the refusals below are errors of the console.
  const elsewhere: string[] = [];
  await page.route("https://attacker.invalid/**", (route) => {
    elsewhere.push(route.request().url());
    return route.abort();
  });
  await page.goto("./");
  const refused = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      violations.push(event.effectiveDirective),
    );
    await fetch("https://attacker.invalid/fetch").catch(() => undefined);
    new Image().src = "https://attacker.invalid/image";
    const script = document.createElement("script");
    script.textContent = "globalThis.hit = 1";
    document.head.append(script);
    // The tools that drive this test may run text at once; a timer is the page's own again.
    const runLater = setTimeout as unknown as (text: string) => void;
    runLater("globalThis.hit = 2");
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { violations: [...new Set(violations)].sort(), hit: globalThis.hit };
  });
  expect(refused.violations).toEqual(
    expect.arrayContaining(["connect-src", "img-src", "script-src", "script-src-elem"]),
  );
  expect(refused.hit).toBeUndefined();

  expect(elsewhere).toEqual([]);
});

test("the workers that run guests have no network", async ({ playground }) => {
  await playground.open();
  await expect.poll(() => playground.page.workers().length).toBeGreaterThan(0);
  const [worker] = playground.page.workers();
  const left = await worker?.evaluate(() =>
    ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts"].filter(
      (name) => name in globalThis,
    ),
  );
  expect(left).toEqual([]);
});

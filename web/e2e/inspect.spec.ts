import { axeFindings } from "./axe.ts";
import { InspectPage } from "./inspectPage.ts";
import { compile } from "./modules.ts";
import { expect, test } from "./test.ts";

const base = `
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_call_foreign_function"
    (func $foreign (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "hello")
  (data (i32.const 128) "set_envoy_filter_state")
  (data (i32.const 192) "\\0a\\17envoy.tcp_proxy.cluster\\12\\07egress1")
  (data (i32.const 256) "source\\00adress")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $route (drop (call $foreign (i32.const 128) (i32.const 22) (i32.const 192) (i32.const 34)
    (i32.const 0) (i32.const 0))))`;

/** Reads a mistyped property, and routes once tcp_proxy has looked. */
const late = `(module ${base}
  (func (export "proxy_on_new_connection") (param i32) (result i32)
    (drop (call $get (i32.const 256) (i32.const 13) (i32.const 16) (i32.const 20)))
    (i32.const 0))
  (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
    (call $route) (i32.const 0)))`;

/** Never comes back from its first connection. */
const endless = `(module ${base}
  (func (export "proxy_on_new_connection") (param i32) (result i32)
    (call $route) (loop (br 0)) (unreachable)))`;

const clusters = {
  egress1: { endpoints: ["10.1.0.11:8080"] },
  default: { endpoints: ["10.1.0.10:8080"], echo: true },
};
const steps = [{ downstream: "hello" }, { close: "client" }];
const connection = { source: "10.0.0.42:51324", destination: "203.0.113.10:443", steps };
const one = { clusters, connections: [connection] };

test("problems say what went wrong, where, and how to mend it", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await inspect.open(await compile(late), one);
  // Counted without being opened.
  await expect(inspect.tab("Problems")).toContainText("2", { timeout: 10_000 });
  await inspect.tab("Trace").focus();
  await playground.press("ArrowRight", "ArrowRight");
  await expect(inspect.tab("Problems")).toBeFocused();
  const tooLate = inspect.problem("Decision too late");
  await expect(tooLate).toContainText("in proxy_on_downstream_data; Envoy answered Ok");
  await expect(tooLate).toContainText("To mend it: Write it in proxy_on_new_connection");
  await expect(inspect.problem("No property source.adress")).toContainText(
    'Did you mean "source\\0address"?',
  );
  await playground.screenshot("problems");
  await tooLate.getByRole("heading").getByRole("button").click();
  await expect(playground.inspector).toContainText("proxy_call_foreign_function");
});

test("without problems, what was checked is said", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await playground.open();
  await inspect.tab("Problems").click();
  await expect(inspect.problems).toContainText("No problems found.");
  await expect(inspect.problems.getByRole("listitem")).toHaveCount(20);
  await expect(inspect.tab("Problems")).toContainText("0", { timeout: 10_000 });
});

test("a filter that never returns is a problem, and its memory can still be read", async ({
  playground,
}) => {
  const inspect = new InspectPage(playground);
  await inspect.open(await compile(endless), one);
  await expect(playground.outcome).toContainText("never returned", { timeout: 20_000 });
  await inspect.tab("Problems").click();
  await expect(inspect.problem("proxy_on_new_connection never returns")).toContainText(
    "the worker would hang",
  );
  await inspect.tab("Trace").click();
  await playground.trace.getByRole("row").filter({ hasText: "call_foreign" }).click();
  await playground.button("Show the bytes").click();
  await expect(inspect.memory).toContainText("host read");
  await inspect.tab("State").click();
  await expect(inspect.state).toContainText("the second run does not come to an end", {
    timeout: 20_000,
  });
});

test("the memory of a call: ranges, what they are, before and after", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await playground.open();
  await playground.trace.getByRole("row").filter({ hasText: "get_property" }).first().click();
  await playground.button("Show the bytes").click();
  await expect(inspect.memory).toContainText("bytes changed, underlined");
  const result = inspect.memory.getByRole("button", { name: /host wrote value, result/ });
  await result.focus();
  // 10.0.0.42:51324
  const address = "31 30 2e 30 2e 30 2e 34 32 3a 35 31 33 32 34";
  await expect.poll(() => inspect.litBytes()).toBe(address);
  await playground.screenshot("memory");
  await playground.button("Before").click();
  await result.focus();
  await expect.poll(() => inspect.litBytes()).not.toBe(address);
  // It stays open for the next call.
  await playground.trace.getByRole("row").filter({ hasText: "call_foreign" }).first().click();
  await expect(inspect.memory.getByRole("button", { name: /host read arguments/ })).toBeVisible();
});

test("the chosen call stays in view in a lower window, unless it was scrolled away", async ({
  playground,
}) => {
  await playground.open();
  const chosen = playground.trace.getByRole("row", { selected: true });
  await playground.page.setViewportSize({ width: 1280, height: 1000 });
  // Rows take other elements when the list gets another height.
  await playground.settle();
  await playground.trace.getByRole("row", { name: /^20 / }).click();
  await expect(chosen).toContainText("log");
  await playground.page.setViewportSize({ width: 1280, height: 680 });
  await expect(chosen).toBeInViewport({ ratio: 1 });
  await playground.trace.getByRole("row").first().hover();
  await playground.page.mouse.wheel(0, 10_000);
  await expect(chosen).not.toBeInViewport();
  await playground.page.setViewportSize({ width: 1280, height: 660 });
  await expect(playground.trace.getByRole("row", { name: /^50 / })).toBeInViewport();
  await expect(chosen).not.toBeInViewport();
});

test("properties at each callback, and at the playhead", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await playground.open();
  await inspect.tab("Properties").click();
  const upstream = inspect.row(inspect.properties, "upstream.address");
  await expect(upstream).toContainText("10.1.0.11:8080");
  await playground.screenshot("properties");
  await playground.leaveFields();
  await playground.press("d");
  await expect(upstream).toContainText("there is no upstream connection yet");
  const data = inspect.properties.getByRole("button", { name: /^downstream data/ });
  await data.focus();
  await playground.press("Enter");
  await expect(data).toHaveAttribute("aria-pressed", "true");
  await expect(upstream).toContainText("10.1.0.11:8080");
  await playground.field("Filter properties").fill("no TLS");
  await expect(inspect.row(inspect.properties, "connection.tls_version")).toBeVisible();
  await expect(upstream).toBeHidden();
});

test("filter state and statistics at the playhead", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await playground.open();
  await inspect.tab("State").click();
  const cluster = inspect.state.getByRole("row").filter({ hasText: "envoy.tcp_proxy.cluster" });
  const routed = inspect.row(inspect.state, "wasmcustom.wasmerang_routed_egress1");
  await expect(cluster).toContainText("egress1");
  await expect(routed.getByRole("cell").first()).toHaveText("1");
  await playground.screenshot("state");
  await playground.leaveFields();
  await playground.press("Home");
  await expect(cluster).toContainText("not written yet");
  await expect(routed.getByRole("cell").first()).toHaveText("0");
  await playground.press("d");
  await expect(cluster).not.toContainText("not written yet");
  await routed.getByRole("button", { name: /values/ }).click();
  await routed.getByRole("button", { name: /^#/ }).last().click();
  await expect(playground.inspector).toContainText("proxy_increment_metric");
});

test("steps into, over and out of calls, and to failures", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await inspect.open(await compile(late), {
    ...one,
    tcpProxy: { cluster: "nothing" },
  });
  const heading = playground.inspector.getByRole("heading").first();
  await playground.leaveFields();
  await playground.press("f");
  await expect(heading).toContainText("tcp_proxy route");
  await playground.press("Home");
  await playground.pressUntil("Shift+ArrowRight", heading, "on_new_connection");
  await playground.press("ArrowRight");
  await expect(heading).toContainText("proxy_get_property");
  await playground.press("Shift+ArrowUp");
  await expect(heading).toContainText("return from proxy_on_new_connection");
  await playground.press("Shift+ArrowLeft");
  await expect(heading).not.toContainText("proxy_get_property");
  await playground.press("Shift+ArrowDown");
  await expect(heading).toContainText("proxy_get_property");
  await playground.press("?");
  await expect(playground.page.getByRole("dialog")).toContainText("out of the call around");
});

test("kinds of rows, and a search that outlasts a look at another tab", async ({ playground }) => {
  const inspect = new InspectPage(playground);
  await playground.open();
  const rows = playground.trace.getByRole("row");
  await playground.page.getByText("Show", { exact: true }).click();
  const kind = (name: string) => playground.page.getByRole("checkbox", { name, exact: true });
  await expect(kind("Allocations")).not.toBeChecked();
  await kind("Callbacks").uncheck();
  await expect(rows.filter({ hasText: "on_new_connection" })).toHaveCount(0);
  await kind("Host calls").uncheck();
  await kind("Envoy").uncheck();
  await kind("Log lines").uncheck();
  await expect(playground.page.getByText("Every kind of event is left out.")).toBeVisible();
  await kind("Allocations").check();
  await expect(rows.filter({ hasText: /malloc|memory_allocate/ }).first()).toBeVisible();
  await playground.press("Escape");
  await expect(kind("Envoy")).toBeHidden();
  await playground.press("/");
  await playground.page.keyboard.type("15 B");
  await inspect.tab("Log").click();
  await inspect.tab("Trace").click();
  await expect(playground.field("Filter calls")).toHaveValue("15 B");
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`every tab is accessible, ${colorScheme}, ${viewport.width} px`, async ({
      playground,
    }) => {
      test.setTimeout(120_000);
      const inspect = new InspectPage(playground);
      const { page } = playground;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await inspect.open(await compile(late), one);
      const isNarrow = viewport.width < 760;
      if (isNarrow) await playground.showPane("Trace");
      for (const name of ["Problems", "State", "Properties", "Log"] as const) {
        await inspect.tab(name).click();
        await expect(page.getByRole("tabpanel")).not.toContainText("…");
        await playground.screenshot(`tab-${name.toLowerCase()}-${colorScheme}-${viewport.width}`);
        expect(await axeFindings(page), name).toEqual([]);
        expect(await playground.overflow(), name).toEqual([]);
      }
      await inspect.tab("Trace").click();
      await page.getByText("Show", { exact: true }).click();
      expect(await axeFindings(page), "kinds").toEqual([]);
      await playground.press("Escape");
      await playground.trace.getByRole("row").filter({ hasText: "get_property" }).click();
      if (isNarrow) await playground.showPane("Call");
      await playground.button("Show the bytes").click();
      await expect(inspect.memory).toBeVisible();
      await playground.screenshot(`memory-${colorScheme}-${viewport.width}`);
      expect(await axeFindings(page), "memory").toEqual([]);
      expect(await playground.overflow(), "memory").toEqual([]);
    });
  }
}

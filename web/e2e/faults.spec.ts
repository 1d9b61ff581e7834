/** Every single fault at the calls of a connection. */
import { FaultsPage } from "./faultsPage.ts";
import { testLooks } from "./looks.ts";
import { compile, mistyped } from "./modules.ts";
import { expect, test } from "./test.ts";

// Some hundred runs of the simulator each.
test.slow();

/** Reads the source's address; what it makes of the status is the test's. */
const guest = (onStatus: string) => `(module
  (import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "source\\00address")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_new_connection") (param i32) (result i32)
    (local $status i32)
    (local.set $status (call $get (i32.const 256) (i32.const 14) (i32.const 0) (i32.const 4)))
    ${onStatus}
    (i32.const 0)))`;

test("shows what each fault of the filter leads to, and keeps one in the scenario", async ({
  playground,
}) => {
  const faults = new FaultsPage(playground);
  await playground.open();
  await faults.open();
  await faults.done();
  await expect(faults.outcome).toContainText(
    "No answer of the host traps the filter or leads to a wrong cluster",
  );
  await expect(faults.cell("proxy_get_property 1, Other status: default")).toBeVisible();
  await expect(faults.cell("proxy_get_property 1, Bad value: default")).toBeVisible();
  await playground.screenshot("faults");

  await faults.cell("proxy_on_new_connection 1, Trap: closed").click();
  await expect(faults.details).toContainText("The connection is closed");
  await expect(faults.later).toContainText("FAIL_CLOSED12 closed");
  await expect(faults.later).toContainText("FAIL_OPEN12 default");
  await expect(faults.later).toContainText(/FAIL_RELOAD\d closed, \d same/);

  await faults.region.getByLabel("tcp_proxy's own cluster is wrong, too").check();
  await expect(faults.outcome).toContainText("answers of the host lead to what must not be");

  await faults.cell("proxy_get_property 1, Other status: default").click();
  await faults.details.getByRole("button", { name: "Keep NotFound at proxy_get_property" }).click();
  await expect(playground.outcome).toContainText("no decision");
  await faults.open();
  await expect(faults.region).toContainText("The scenario has a fault of its own");
  await faults.region.getByRole("button", { name: "Take it out of the scenario" }).click();
  await expect(faults.region).not.toContainText("The scenario has a fault of its own");
});

test("goes by keyboard from cell to cell", async ({ playground }) => {
  const faults = new FaultsPage(playground);
  await playground.open();
  await faults.open();
  await faults.done();
  await faults.cell("proxy_get_property 1, Other status: default").focus();
  await playground.press("Enter", "ArrowRight", "ArrowRight");
  await expect(faults.details).toContainText('"10.99.0.3:1"');
  await playground.press("ArrowDown");
  await expect(faults.details.getByRole("heading", { level: 2 })).toHaveText("malloc");
  await playground.press("ArrowDown", "ArrowLeft");
  await expect(faults.details.getByRole("heading", { level: 2 })).toHaveText(
    "proxy_call_foreign_function",
  );
});

test("finds what a careless module does: a trap, a loop", async ({ playground }) => {
  test.setTimeout(150_000);
  const faults = new FaultsPage(playground);
  await playground.open();
  const trapping = guest("(if (i32.eq (local.get $status) (i32.const 1)) (then unreachable))");
  await playground.choose("careless.wasm", await compile(trapping));
  await expect(playground.moduleSummary).toContainText("careless.wasm");
  await faults.open();
  await faults.done();
  await expect(faults.outcome).toContainText("1 of");
  await expect(faults.cell("proxy_get_property 1, Other status: trapped")).toBeVisible();
  await expect(faults.details).toContainText("The guest traps");

  const looping = guest("(if (i32.eq (local.get $status) (i32.const 2)) (then (loop $l (br $l))))");
  await playground.choose("looping.wasm", await compile(looping));
  await expect(playground.moduleSummary).toContainText("looping.wasm");
  await faults.open();
  // Three seconds of silence, then another worker goes on.
  await expect(faults.cell("proxy_get_property 1, Other status: Envoy lost")).toBeVisible({
    timeout: 90_000,
  });
  await faults.done();
  await expect(faults.cell("proxy_get_property 1, Trap: closed")).toBeVisible();

  await playground.choose("typo.wasm", await compile(mistyped));
  await expect(playground.moduleSummary).toContainText("typo.wasm");
  await faults.open();
  await expect(faults.outcome).toContainText("Envoy refuses the plugin");
});

testLooks([390, 1440], async (playground, { check }) => {
  const faults = new FaultsPage(playground);
  await playground.open();
  await faults.open();
  await faults.done();
  await check("faults");
});

/** How smooth the playhead is over a long run; printed, since it depends on the machine. */
import { InspectPage } from "./inspectPage.ts";
import { compile } from "./modules.ts";
import { expect, test } from "./test.ts";

// A recording looks at the whole document at each move, which is most of a frame's time then.
test.use({ trace: "off" });

/** Logs 66 times in each of three callbacks. */
const busy = `(module 
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "hello")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $work ${"(drop (call $log (i32.const 2) (i32.const 64) (i32.const 5)))".repeat(66)})
  (func (export "proxy_on_new_connection") (param i32) (result i32) (call $work) (i32.const 0))
  (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
    (call $work) (i32.const 0))
  (func (export "proxy_on_log") (param i32) (call $work)))`;

test("scrubbing a trace of 20,000 events", async ({ playground }) => {
  test.setTimeout(120_000);
  const inspect = new InspectPage(playground);
  const { page } = playground;
  await page.setViewportSize({ width: 1440, height: 900 });
  const connections = Array.from({ length: 50 }, (_, index) => ({
    source: `10.0.${index}.42:51324`,
    destination: "203.0.113.10:443",
    steps: [{ downstream: "hello" }, { close: "client" }],
  }));
  const clusters = { default: { endpoints: ["10.1.0.10:8080"] } };
  await inspect.open(await compile(busy), { clusters, connections });
  // Rows; each of them but a few hundred has a log line beside it.
  await expect(inspect.tab("Trace")).toContainText(/1\d{4}/);
  const lanes = playground.timeline.locator(".lane");
  await expect(lanes).toHaveCount(51);
  for (const tab of ["Trace", "Log"]) {
    await inspect.tab(tab).click();
    await playground.settle();
    const frames = [...(await inspect.scrub(120))].sort((a, b) => a - b);
    const at = (part: number) => Math.round(frames[Math.floor(part * (frames.length - 1))] ?? 0);
    console.log(
      `max frame ms while scrubbing a trace of 20,000 events: ${at(1)} (${tab} shown; median ${at(0.5)}, 95 %: ${at(0.95)}, ${frames.length} frames)`,
    );
    expect(frames.length).toBeGreaterThan(20);
    await expect(playground.inspector).toContainText("proxy_");
  }
});

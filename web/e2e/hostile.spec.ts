/** Modules that mean harm, in the page: each is ended, said so, and the page goes on. */
import { compile } from "./modules.ts";
import { viewKey, type PlaygroundPage } from "./playgroundPage.ts";
import { expect, test } from "./test.ts";

test.describe.configure({ timeout: 120_000 });

const imports = `
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_log_level" (func $level (param i32) (result i32)))`;

/** A module that Envoy loads, with a body for proxy_on_new_connection. */
const guest = (body: string, more = "") =>
  compile(`(module ${imports}
    (memory (export "memory") 16)
    (func (export "proxy_abi_version_0_2_1"))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    ${more}
    (func (export "proxy_on_new_connection") (param i32) (result i32) (local $i i32)
      ${body} (i32.const 0)))`);
const endless = (body: string) => guest(`(loop $ever ${body} (br $ever))`);

/** Back to the built-in filter, and another source: both give a decision. */
async function expectAlive(playground: PlaygroundPage): Promise<void> {
  await playground.button("Back to built-in filter").click();
  await expect(playground.outcome).toContainText("10.0.0.42:51324 goes to egress1");
  await playground.field("Source").fill("10.0.0.43:51324");
  await expect(playground.outcome).toContainText("10.0.0.43:51324 goes to egress2");
}

/** Its start section never ends: Envoy hangs before any call. */
const endlessStart = () =>
  compile(`(module
    (memory (export "memory") 1)
    (func (export "proxy_abi_version_0_2_1"))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func $first (loop $ever (br $ever)))
    (start $first))`);

const kinds: readonly [string, () => Promise<Buffer>, RegExp][] = [
  [
    "an endless loop in the start section",
    endlessStart,
    /Stopped: no event for 3 s while the module/,
  ],
  [
    "an endless loop in a start function",
    () => guest("", `(func (export "_initialize") (loop $ever (br $ever)))`),
    /Stopped: no event for 3 s in _initialize/,
  ],
  [
    "a storm of large logs",
    () => endless("(drop (call $log (i32.const 2) (i32.const 65536) (i32.const 900000)))"),
    /Stopped: .*in proxy_on_new_connection/,
  ],
  [
    "a storm of small calls",
    () => endless("(drop (call $level (i32.const 1024)))"),
    /Stopped: .*in proxy_on_new_connection/,
  ],
  [
    "a memory bomb",
    () =>
      guest(`(loop $more
        (local.set $i (memory.grow (i32.const 176)))
        (br_if $more (i32.ne (local.get $i) (i32.const -1))))`),
    /Stopped: the guest's memory has grown beyond 256 MiB \(Envoy gives a VM up to 1 GiB\), in/,
  ],
  [
    "recursion without end",
    () => guest("(call $deep)", "(func $deep (call $deep))"),
    /Maximum call stack size exceeded|trap/i,
  ],
];

for (const [what, build, message] of kinds) {
  test(`${what} is ended, and the page goes on`, async ({ playground }) => {
    await playground.open();
    await playground.choose("hostile.wasm", await build());
    await expect(playground.moduleSummary).toContainText("hostile.wasm");
    await playground.press(viewKey("trace"));
    await expect(playground.outcome).toContainText(message, { timeout: 60_000 });
    await expectAlive(playground);
  });
}

test("20 MB that are no module are refused, and the page goes on", async ({ playground }) => {
  await playground.open();
  await playground.choose("large.wasm", Buffer.alloc(20_000_000, 0x61));
  await expect(playground.report).toContainText("large.wasm", { timeout: 60_000 });
  await playground.press(viewKey("trace"));
  await expectAlive(playground);
});

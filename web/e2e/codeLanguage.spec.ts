/** What the editor knows of AssemblyScript and of the host API. */
import { codeTest as test, type CodePage } from "./codePage.ts";
import { expect } from "./test.ts";

test.describe.configure({ timeout: 120_000 });

const suggestions = (code: CodePage) => code.page.locator(".suggest-widget");
const hover = (code: CodePage) => code.page.locator(".monaco-hover:visible");

test("format and completion know AssemblyScript", async ({ playground, code }) => {
  await code.openMinimal();
  await expect(code.editor.locator(".squiggly-error")).toHaveCount(0);
  await code.replace("    setCluster(CLUSTER);", "setCluster(  CLUSTER )  ;");
  await code.button("Format").click();
  await expect(code.line("    setCluster(CLUSTER);")).toBeVisible();
  await code.replace("setCluster(CLUSTER);", "const size: usize = CLUSTER.");
  await playground.press("Control+Space");
  await expect(suggestions(code)).toContainText("copyWithin", { timeout: 30_000 });
  await playground.screenshot("code-completion");
});

test("completion knows the host API: members, statuses, and calls of other files", async ({
  playground,
  code,
}) => {
  await playground.open();
  await code.open();
  await code.find("status = callForeignFunction(SET_FILTER_STATE, argument, result);");
  await playground.press("End", "Enter");
  await code.page.keyboard.type("let again = getBuf");
  await playground.press("Control+Space");
  await expect(suggestions(code)).toContainText("getBufferBytes", { timeout: 30_000 });
  await playground.press("Escape");
  await code.page.keyboard.type("ferBytes(BufferType.");
  await expect(suggestions(code)).toContainText("NetworkDownstreamData", { timeout: 30_000 });
  await playground.press("Escape");
  await code.page.keyboard.type("NetworkDownstreamData, 0, 1, source); source.");
  await expect(suggestions(code)).toContainText("length", { timeout: 30_000 });
  await playground.screenshot("code-completion-members");
});

test("hover shows the signature and the words of a host call", async ({ playground, code }) => {
  await playground.open();
  await code.open();
  // By keyboard, as anybody may: the editor's own command.
  await code.find("callForeignFunction(SET_FILTER_STATE");
  await playground.press("ArrowLeft", "Control+k", "Control+i");
  await expect(hover(code)).toContainText(
    "callForeignFunction(name: StaticArray<u8>, argument: Slice, result: Slice): Status",
    { timeout: 30_000 },
  );
  await expect(hover(code)).toContainText("Calls a function that is no part of the ABI.");
  await playground.screenshot("code-hover");
  await playground.press("Escape");

  // An import of the host itself, in a library file, with the mouse.
  await code.openLibrary("proxy-wasm/host.ts");
  await code.find("return <Status>proxy_log(");
  await code.line("return <Status>proxy_log(").getByText("proxy_log").hover();
  await expect(hover(code)).toContainText(
    "proxy_log(level: LogLevel, logMessage: number, messageSize: number): WasmResult",
    { timeout: 30_000 },
  );
});

test("a call leads to its declaration in another file, and back", async ({ playground, code }) => {
  await playground.open();
  await code.open();
  await code.find("callForeignFunction(SET_FILTER_STATE");
  await playground.press("ArrowLeft", "F12");
  await expect(code.library).toHaveValue("assembly/proxy-wasm/host.ts", { timeout: 30_000 });
  await expect(code.line("export function callForeignFunction(")).toBeVisible();
  await playground.screenshot("code-declaration");
  await code.openFile("filter.ts");
  await expect(code.line("status = callForeignFunction(SET_FILTER_STATE")).toBeVisible();
});

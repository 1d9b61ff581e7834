import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { conformanceTable, putTable, readmePath } from "../parity/conformance.ts";

/** Column widths are Prettier's business. */
const squeeze = (text: string) => text.replace(/ *\| */g, "|").replace(/-+/g, "-");

it("the README's conformance table is the one that the declarations give", async () => {
  const readme = readFileSync(readmePath, "utf8");
  const made = putTable(readme, await conformanceTable());
  expect(squeeze(readme), "run: npm run conformance").toBe(squeeze(made));
}, 60_000);

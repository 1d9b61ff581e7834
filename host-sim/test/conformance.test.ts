import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  conformance,
  conformancePath,
  conformanceTable,
  putTable,
  readmePath,
} from "../parity/conformance.ts";

/** Column widths are Prettier's business. */
const squeeze = (text: string) => text.replace(/ *\| */g, "|").replace(/-+/g, "-");

it("the conformance tables are the ones that the declarations give", async () => {
  const made = await conformance();
  const readme = readFileSync(readmePath, "utf8");
  const table = putTable(readme, conformanceTable(made));
  expect(squeeze(readme), "README.md: run npm run conformance").toBe(squeeze(table));
  const stored: unknown = JSON.parse(readFileSync(conformancePath, "utf8"));
  expect(stored, "conformance.json: run npm run conformance").toEqual(made);
}, 60_000); // plays the whole corpus

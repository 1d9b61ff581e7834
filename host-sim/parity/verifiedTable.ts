/** The facts of verified.ts as Markdown, and a check that what they name exists. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, type ParityCase } from "./cases/case.ts";
import { unshownFacts, verifiedFacts } from "./verified.ts";

const TEST = "test:";

/** Throws if a fact names a parity case or a test file that does not exist. */
export function checkFacts(cases: readonly ParityCase[]): void {
  for (const { fact, shownBy } of verifiedFacts) {
    for (const name of shownBy) {
      const exists = name.startsWith(TEST)
        ? existsSync(join(packageRoot, "test", name.slice(TEST.length)))
        : cases.some((it) => it.name.startsWith(name));
      if (!exists) throw new Error(`conformance: there is no "${name}" (${fact})`);
    }
  }
}

export function verifiedTable(): readonly string[] {
  const shown = (name: string): string => `\`${name.replace(TEST, "").trim()}\``;
  return [
    "What was seen in Envoy 1.40 by hand, and what would fail without it: parity cases, by the beginning of their name, and test files.",
    "",
    "| Fact | Shown by |",
    "| --- | --- |",
    ...verifiedFacts.map(({ fact, shownBy }) => `| ${fact} | ${shownBy.map(shown).join(", ")} |`),
    "",
    "What was seen, and no scenario can show:",
    "",
    "| Fact | Reason |",
    "| --- | --- |",
    ...unshownFacts.map(({ fact, reason }) => `| ${fact} | ${reason} |`),
  ];
}

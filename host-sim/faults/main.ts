/**
 * npm run faults: plays every single fault against the filter and the gallery, and writes the table of
 * filter/README.md. With --check it compares instead. Fails if a status or a value did what it must not.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { packageRoot } from "../parity/cases/case.ts";
import { playFaults } from "./playFaults.ts";
import { faultSubjects } from "./subjects.ts";
import { subjectTable, trapTable } from "./tables.ts";

const readme = join(packageRoot, "../filter/README.md");
const [begin, end] = ["<!-- faults: made by npm run faults -->", "<!-- /faults -->"];

const all = faultSubjects().map(playFaults);
const withTraps = all.filter(({ subject }) => subject.showsTraps);
const lines = [
  ...[begin, "", ...subjectTable(all), ""],
  "What connections after an injected trap in the filter meet:",
  ...["", ...trapTable(withTraps.flatMap(({ results }) => results)), "", end],
];

const before = readFileSync(readme, "utf8");
const [from, to] = [before.indexOf(begin), before.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${readme} has no place for the table: ${begin}`);
const after = await format(
  before.slice(0, from) + lines.join("\n") + before.slice(to + end.length),
  {
    ...(await resolveConfig(readme)),
    parser: "markdown",
  },
);
const played = all.reduce((sum, { results }) => sum + results.length, 0);
const problems = all.flatMap((it) => it.problems);
for (const problem of problems) console.error(problem);
console.log(`${played} faults played, ${problems.length} did what they must not`);
if (problems.length > 0) process.exitCode = 1;
if (!process.argv.includes("--check")) writeFileSync(readme, after);
else if (after !== before) {
  console.error("filter/README.md: the table of faults is of other modules. Run: npm run faults");
  process.exitCode = 1;
}

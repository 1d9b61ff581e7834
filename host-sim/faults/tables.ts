/** The tables of faults in filter/README.md. */
import { outcomeNames, type FaultResult } from "../src/index.ts";
import { failurePolicies } from "../src/scenario.ts";
import type { PlayedFaults } from "./playFaults.ts";

/** One row for each module and scenario. */
export function subjectTable(all: readonly PlayedFaults[]): readonly string[] {
  return [
    "| module | scenario | other statuses | other values |",
    "| --- | --- | --- | --- |",
    ...all.map(({ subject: { module, what, isMeantToTrap }, results, impossible }) => {
      if (impossible !== undefined) return `| \`${module}\` | ${what} | not loaded | |`;
      if (isMeantToTrap) return `| \`${module}\` | traps by itself, as it is meant to | | |`;
      const cells = (["status", "value"] as const).map((kind) => cellOf(results, kind));
      return `| \`${module}\` | ${what} | ${cells.join(" | ")} |`;
    }),
  ];
}

function cellOf(results: readonly FaultResult[], kind: "status" | "value"): string {
  const those = results.filter((result) => result.case.kind === kind);
  if (those.length === 0) return "";
  const found = new Set(those.flatMap(effectsOf));
  return `${[...found].join(", ")} (${those.length})`;
}

/** What a fault did to the connection of its call, or to the later ones if it has none. */
function effectsOf({ case: { connection }, connections, later, envoyLost }: FaultResult) {
  if (envoyLost !== undefined) return [envoyLost];
  const own = connections.filter(({ id }) => connection === undefined || id === connection);
  const outcomes = [...own.map(({ outcome }) => outcome), ...Object.values(later).flat()];
  const others = outcomes.filter((outcome) => outcome !== "same");
  return others.length === 0 ? ["same"] : others.map((it) => outcomeNames[it] ?? it);
}

/** What later connections meet after an injected trap, one row for each kind of callback. */
export function trapTable(results: readonly FaultResult[]): readonly string[] {
  const rows = new Map<string, Set<string>[]>();
  for (const { case: faultCase, later } of results) {
    if (faultCase.kind !== "trap") continue;
    const where =
      faultCase.connection === undefined
        ? "while the worker's VM starts or is configured"
        : "in a callback of a connection";
    const row = rows.get(where) ?? failurePolicies.map(() => new Set<string>());
    rows.set(where, row);
    failurePolicies.forEach((policy, index) =>
      later[policy]?.forEach((outcome) => row[index]?.add(outcomeNames[outcome] ?? outcome)),
    );
  }
  return [
    `| trap | ${failurePolicies.join(" | ")} |`,
    "| --- | --- | --- | --- |",
    ...[...rows].map(
      ([where, row]) => `| ${where} | ${row.map((it) => [...it].join(", then ")).join(" | ")} |`,
    ),
  ];
}

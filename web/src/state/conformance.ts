/** The conformance table of host-sim (host-sim/conformance.json), searched and narrowed. */

/** How far the simulator is with something. */
export type Level = "proven" | "modelled" | "partly" | "notModelled";

export interface ConformanceRow {
  readonly coverage: string;
  /** In how many parity cases real Envoy is asked about it. */
  readonly cases: number;
}

export const levelNames: Readonly<Record<Level, string>> = {
  proven: "proven",
  modelled: "modelled",
  partly: "in part",
  notModelled: "not modelled",
};

/** Proven is what is modelled and what real Envoy has been asked in at least one case. */
export function levelOf({ coverage, cases }: ConformanceRow): Level {
  if (coverage === "partly" || coverage === "notModelled") return coverage;
  return cases > 0 ? "proven" : "modelled";
}

/** Rows of a level that hold every word of the search somewhere; undefined: of any level. */
export function matchingRows<Row extends ConformanceRow>(
  rows: readonly Row[],
  search: string,
  level: Level | undefined,
): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (level !== undefined && levelOf(row) !== level) return false;
    const text = [...Object.values(row), levelNames[levelOf(row)]].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function countLevels(rows: readonly ConformanceRow[]): Readonly<Record<Level, number>> {
  const counts = { proven: 0, modelled: 0, partly: 0, notModelled: 0 };
  for (const row of rows) counts[levelOf(row)] += 1;
  return counts;
}

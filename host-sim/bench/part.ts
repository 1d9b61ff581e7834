/** What a part of the benchmark is, and what comes out of it. */

/** The repository's folder: this file is in host-sim/bench as source, in host-sim/dist/bench as built. */
export const repository = new URL(
  import.meta.url.includes("/dist/bench/") ? "../../../" : "../../",
  import.meta.url,
);

/** One figure of the table. */
export interface Figure {
  /** What was measured, such as `filter alone, traced`. */
  readonly what: string;
  readonly value: number;
  /** `× floor`, `ms`, `ns`, `B`, …; follows the value. */
  readonly unit: string;
  /** The value should be at most this. */
  readonly target?: number;
  /** In words: spread, absolute time, what is in it. */
  readonly note?: string;
}

export interface BenchOptions {
  readonly wasm: Uint8Array;
  /** Connections of a round. */
  readonly connections: number;
  readonly rounds: number;
  /** The parts that take minutes run to their full length. */
  readonly long: boolean;
}

/** Thrown by a part that cannot be measured here; the message says what is missing, and the remedy. */
export class PartSkipped extends Error {}

/** One chapter. A new one has a file of its own here and a line in `parts` of main.ts. */
export interface Part {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]> | readonly Figure[];
}

export type Verdict = "met" | "missed" | "";

export function verdictOf({ value, target }: Figure): Verdict {
  if (target === undefined) return "";
  return value <= target ? "met" : "missed";
}

/** A chapter of the table, for the terminal. */
export function formatPart(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${formatNumber(figure.value)} ${figure.unit}`,
    figure.target === undefined ? "" : `≤ ${formatNumber(figure.target)}`,
    verdictOf(figure),
    figure.note ?? "",
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[i] ?? 0),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
  return [title, ...lines].join("\n");
}

function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2);
}

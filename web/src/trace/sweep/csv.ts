/** A sweep as CSV (RFC 4180), in the columns of `wasmerang sweep --format csv`. */
import type { SweepOutcome } from "wasmerang";
import { OTHER, PENDING } from "./outcomes.ts";
import { destinationAt, type AddressList, type SweepPlan } from "./plan.ts";

/** Lines are joined in pieces of this many, so that no single text grows too long. */
const BATCH = 65_536;

/** The lines in pieces for a Blob; what was not asked is left out. */
export function sweepCsv(
  codes: Uint8Array,
  table: readonly SweepOutcome[],
  plan: SweepPlan,
  list: AddressList,
): readonly string[] {
  const ends = table.map(outcomeCells);
  return inPieces("source,destination,outcome,cluster,by", codes.length, (index) => {
    const code = codes[index] ?? PENDING;
    if (code === PENDING) return undefined;
    const end = code === OTHER ? "other,," : (ends[code - 1] ?? "");
    return `${list.at(index % list.count)},${destinationAt(plan, list, index)},${end}`;
  });
}

/** `line` answers undefined for what has no line. */
export function inPieces(
  header: string,
  count: number,
  line: (index: number) => string | undefined,
): readonly string[] {
  const pieces: string[] = [];
  let lines = [header];
  for (let index = 0; index < count; index++) {
    const text = line(index);
    if (text !== undefined) lines.push(text);
    if (lines.length >= BATCH) {
      pieces.push(`${lines.join("\r\n")}\r\n`);
      lines = [];
    }
  }
  return [...pieces, `${lines.join("\r\n")}${lines.length > 0 ? "\r\n" : ""}`];
}

/** The columns outcome, cluster and by. */
export function outcomeCells(outcome: SweepOutcome): string {
  return outcome.kind === "routed"
    ? `routed,${quoted(outcome.cluster)},${outcome.by}`
    : `${outcome.kind},,`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

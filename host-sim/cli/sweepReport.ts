/** What `wasmerang sweep` prints: counts, or one line for each address. */
import type { SweepOutcome } from "../src/index.ts";
import type { Output } from "./command.ts";

/** Lines are written in pieces of this many. */
const BATCH = 4096;

export interface Reporter {
  add(address: string, outcome: SweepOutcome): void;
  end(): void;
}
/** Verified with Envoy 1.40 (FilterBase of the Wasm filter, ContextBase::failStream). */
const ABOUT_TRAPS = `trapped: Envoy closes such a connection under every failure policy. Here each next address meets a fresh
VM; in Envoy the VM stays dead, and FAIL_CLOSED closes what comes after, FAIL_OPEN leaves the filter out,
FAIL_RELOAD makes a new VM after a pause.`;

type MakeReporter = (output: Output, destination: string) => Reporter;

/** `egress1`, `default (tcp_proxy's own cluster)`, `closed`, … */
function nameOutcome(outcome: SweepOutcome): string {
  if (outcome.kind !== "routed") return outcome.kind;
  return outcome.by === "filterState" ? outcome.cluster : `${outcome.cluster} (no decision)`;
}

function inBatches(
  output: Output,
  header: string,
  format: (...what: [string, SweepOutcome]) => string,
): Reporter {
  let lines: string[] = header === "" ? [] : [header];
  const flush = () => {
    if (lines.length > 0) output.out(`${lines.join("\n")}\n`);
    lines = [];
  };
  return {
    add(address, outcome) {
      if (lines.push(format(address, outcome)) >= BATCH) flush();
    },
    end: flush,
  };
}

export const reporters: Readonly<Record<"table" | "csv" | "json", MakeReporter>> = {
  table(output) {
    const counts = new Map<string, { count: number; readonly first: string }>();
    return {
      add(address, outcome) {
        const name = nameOutcome(outcome);
        const known = counts.get(name);
        if (known) known.count++;
        else counts.set(name, { count: 1, first: address });
      },
      end() {
        const rows = [...counts].sort(([, a], [, b]) => b.count - a.count);
        const cells = [
          ["outcome", "addresses", "first"],
          ...rows.map(([name, { count, first }]) => [name, String(count), first]),
        ];
        const widths = [0, 1].map((column) =>
          Math.max(...cells.map((row) => row[column]?.length ?? 0)),
        );
        for (const [name = "", count = "", first = ""] of cells) {
          output.out(
            `${name.padEnd(widths[0] ?? 0)}  ${count.padStart(widths[1] ?? 0)}  ${first}\n`,
          );
        }
        if (counts.has("trapped")) output.out(`\n${ABOUT_TRAPS}\n`);
      },
    };
  },
  csv: (output, destination) =>
    inBatches(output, "source,destination,outcome,cluster,by", (address, outcome) =>
      [
        address,
        destination,
        outcome.kind,
        outcome.kind === "routed" ? quoteCsv(outcome.cluster) : "",
        outcome.kind === "routed" ? outcome.by : "",
      ].join(","),
    ),
  json: (output, destination) =>
    inBatches(output, "", (source, outcome) => {
      const { kind, ...rest } = outcome;
      return JSON.stringify({ source, destination, outcome: kind, ...rest });
    }),
};

/** RFC 4180. */
function quoteCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

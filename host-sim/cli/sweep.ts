/** `wasmerang sweep`: one decision for each address of a range. */
import {
  parseAddress,
  parseRange,
  readScenario,
  type Scenario,
  type SweepOutcome,
} from "../src/index.ts";
import {
  Exit,
  UsageError,
  onePositional,
  oneOf,
  parseArguments,
  readModule,
  type Output,
} from "./command.ts";
import {
  LIMIT_OPTIONS,
  LIMIT_USAGE,
  describeTime,
  readLimits,
  readTimeout,
} from "./limitOptions.ts";
import { sourceOf, type SweepMessage, type SweepRequest } from "./sweepWorker.ts";
import { watchThread } from "./watchThread.ts";

export const SWEEP_USAGE = `Usage: wasmerang sweep CIDR [options]

Asks the filter about each source address of a range, such as 10.0.0.0/24 or 2001:db8::/120.

Options:
  --wasm FILE            the module; without it the filter that comes with wasmerang
  --config TEXT          the plugin configuration, delivered as StringValue
  --destination IP:PORT  where the connections go; default 203.0.113.10:443
  --format FORMAT        table counts by cluster, with the first address of each (default)
                         csv   source,destination,outcome,cluster,by for each address
                         json  one object a line, for each address
${LIMIT_USAGE.replaceAll(/^ {2}(\S+ \S+) */gm, (_, option: string) => `  ${option.padEnd(23)}`)}

Exit status: 2 bad input, 3 module refused or stopped or the guest did what kills Envoy, 0 otherwise.
`;

/** Lines are written in pieces of this many. */
const BATCH = 4096;

export async function sweepCommand(args: readonly string[], output: Output): Promise<Exit> {
  const parsed = parseArguments(args, {
    wasm: { type: "string" },
    config: { type: "string" },
    destination: { type: "string", default: "203.0.113.10:443" },
    format: { type: "string" },
    ...LIMIT_OPTIONS,
  });
  const format = oneOf(parsed, "format", ["table", "csv", "json"] as const) ?? "table";
  const text = onePositional(parsed, "CIDR");
  const range = parseRange(text);
  if (!range) throw new UsageError(`${text} is not a range of addresses. Example: 10.0.0.0/24`);
  const destination = String(parsed.values["destination"]);
  if (parseAddress(destination)?.kind !== "ip") {
    throw new UsageError(`--destination ${destination} is not an IP address and port`);
  }
  const wasm = readModule(parsed);
  const timeoutMs = readTimeout(parsed);
  const limits = readLimits(parsed);
  const config = parsed.values["config"];

  const report = reporters[format](output, destination);
  const addresses = range.addresses();
  const asked = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  const scenario = scenarioOf(config as string | undefined);
  let killed = 0;
  const take = ({ codes, outcomes }: Extract<SweepMessage, { kind: "outcomes" }>) => {
    for (const code of codes) {
      const address = addresses.next().value ?? "";
      const outcome = outcomes[code];
      if (!outcome) continue;
      if (outcome.kind === "killsEnvoy" && killed++ === 0) {
        output.err(`wasmerang: ${sourceOf(address)}: ${outcome.how}`);
      }
      report.add(address, outcome);
    }
  };
  const end = await watchThread<SweepMessage, SweepMessage>(
    "sweepWorker.js",
    { wasm, scenario, limits, range: text, destination, asked } satisfies SweepRequest,
    timeoutMs,
    (message, watched) => {
      if (message.kind === "outcomes") take(message);
      if (message.kind === "ready" || message.kind === "outcomes") watched.restart();
      else watched.end(message);
    },
  );
  if (end?.kind === "refused") {
    output.err(`wasmerang: ${end.message}; wasmerang inspect and wasmerang run tell why`);
    return Exit.moduleFailed;
  }
  report.end();
  if (end?.kind === "end") return killed > 0 ? Exit.moduleFailed : Exit.ok;
  const place = asked[0] ?? 0;
  const where = place > 0 ? `at ${range.at(BigInt(place - 1))}` : "while the module started";
  const what =
    end?.kind === "stopped"
      ? `${end.message}, ${where}.`
      : `no answer for ${describeTime(timeoutMs)} ${where}. Envoy has no such limit; ${place > 0 ? "its worker" : "it"} would hang.`;
  output.err(`Stopped: ${what} What is above was known before.`);
  return Exit.moduleFailed;
}

/** tcp_proxy's own cluster is `default`; what the filter names need not exist for a decision. */
function scenarioOf(configuration: string | undefined): Scenario {
  const result = readScenario({
    plugin: configuration === undefined ? {} : { configuration },
    clusters: { default: { endpoints: [] } },
    connections: [],
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

interface Reporter {
  add(address: string, outcome: SweepOutcome): void;
  end(): void;
}
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

const reporters: Readonly<Record<"table" | "csv" | "json", MakeReporter>> = {
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

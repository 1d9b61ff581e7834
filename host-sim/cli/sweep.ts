/** `wasmerang sweep`: one decision for each address of a range. */
import { availableParallelism } from "node:os";
import { parseAddress, parseRange, readScenario, type Scenario } from "../src/index.ts";
import {
  Exit,
  UsageError,
  onePositional,
  oneOf,
  parseArguments,
  readModule,
  type Output,
  type ParsedArguments,
} from "./command.ts";
import {
  LIMIT_OPTIONS,
  LIMIT_USAGE,
  describeTime,
  readLimits,
  readTimeout,
} from "./limitOptions.ts";
import { reporters } from "./sweepReport.ts";
import { sweepOnThreads } from "./sweepThreads.ts";
import { sourceOf } from "./sweepWorker.ts";

export const SWEEP_USAGE = `Usage: wasmerang sweep CIDR [options]

Asks the filter about each source address of a range, such as 10.0.0.0/24 or 2001:db8::/120.

Options:
  --wasm FILE            the module; without it the filter that comes with wasmerang
  --config TEXT          the plugin configuration, delivered as StringValue
  --destination IP:PORT  where the connections go; default 203.0.113.10:443
  --format FORMAT        table counts by cluster, with the first address of each (default)
                         csv   source,destination,outcome,cluster,by for each address
                         json  one object a line, for each address
  --jobs N               threads, each with a VM of its own that sees its share of the range; default one
                         for each core. A filter that remembers earlier connections needs --jobs 1
${LIMIT_USAGE.replaceAll(/^ {2}(\S+ \S+) */gm, (_, option: string) => `  ${option.padEnd(23)}`)}

Exit status: 2 bad input, 3 module refused or stopped or the guest did what kills Envoy, 0 otherwise.
`;

/** A thread takes about as long to start as these many decisions. */
const WORTH_A_THREAD = 16_384n;
const MOST_JOBS = 1024;

export async function sweepCommand(args: readonly string[], output: Output): Promise<Exit> {
  const parsed = parseArguments(args, {
    wasm: { type: "string" },
    config: { type: "string" },
    destination: { type: "string", default: "203.0.113.10:443" },
    format: { type: "string" },
    jobs: { type: "string" },
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

  const report = reporters[format](output, destination);
  const scenario = scenarioOf(parsed.values["config"] as string | undefined);
  const jobs = readJobs(parsed, range.size);
  let killed = 0;
  const end = await sweepOnThreads(
    { wasm, scenario, limits, range: text, destination, jobs },
    timeoutMs,
    (address, outcome) => {
      if (outcome.kind === "killsEnvoy" && killed++ === 0) {
        output.err(`wasmerang: ${sourceOf(address)}: ${outcome.how}`);
      }
      report.add(address, outcome);
    },
  );
  if (end.kind === "refused") {
    output.err(`wasmerang: ${end.message}; wasmerang inspect and wasmerang run tell why`);
    return Exit.moduleFailed;
  }
  report.end();
  if (end.kind === "end") return killed > 0 ? Exit.moduleFailed : Exit.ok;
  const { place } = end;
  const where = place === undefined ? "while the module started" : `at ${range.at(BigInt(place))}`;
  const what =
    end.kind === "stopped"
      ? `${end.message}, ${where}.`
      : `no answer for ${describeTime(timeoutMs)} ${where}. Envoy has no such limit; ${place === undefined ? "it" : "its worker"} would hang.`;
  output.err(`Stopped: ${what} What is above was known before.`);
  return Exit.moduleFailed;
}

/** `--jobs`, or as many as there are cores and as are worth their start. */
function readJobs({ values }: ParsedArguments, size: bigint): number {
  const text = values["jobs"];
  if (text === undefined) {
    const worthwhile = Number(size / WORTH_A_THREAD) + 1;
    return Math.min(availableParallelism(), worthwhile);
  }
  const jobs = Number(text);
  if (/^\d+$/.test(String(text)) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new UsageError(`--jobs ${text}: must be a whole number from 1 to ${MOST_JOBS}`);
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

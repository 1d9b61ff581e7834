/** The command `wasmerang`: chooses the command, turns what goes wrong into messages and codes. */
import { readFileSync } from "node:fs";
import { bundleCommand, BUNDLE_USAGE } from "./bundle.ts";
import { LimitReached, nearestName } from "../src/index.ts";
import { Exit, UsageError, WrongArguments, type Output } from "./command.ts";
import { faultsCommand, FAULTS_USAGE } from "./faults.ts";
import { inspectCommand, INSPECT_USAGE } from "./inspect.ts";
import { runCommand, RUN_USAGE } from "./run.ts";
import { sweepCommand, SWEEP_USAGE } from "./sweep.ts";

interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[], output: Output) => Exit | Promise<Exit>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: { usage: RUN_USAGE, run: runCommand },
  inspect: { usage: INSPECT_USAGE, run: inspectCommand },
  sweep: { usage: SWEEP_USAGE, run: sweepCommand },
  bundle: { usage: BUNDLE_USAGE, run: bundleCommand },
  faults: { usage: FAULTS_USAGE, run: faultsCommand },
};

const USAGE = `Usage: wasmerang COMMAND ...

Commands:
  run SCENARIO       play a scenario in the simulated Envoy and print the trace
  inspect FILE.wasm  would Envoy take this module, and if not, why?
  sweep CIDR         one decision for each source address of a range
  faults SCENARIO    every single fault at every call, and what each leads to
  bundle             the module and ready files that run it in Envoy, Docker or Istio

wasmerang COMMAND --help tells more. wasmerang --version prints the version.

Exit status, the first that applies:
  2  bad input or usage
  3  the module or its configuration was refused, a call ran out of time, or the guest did what
     kills Envoy, and the scenario did not expect that
  1  an expectation of the scenario failed, or a fault trapped the guest or led to a wrong cluster
  0  otherwise; a trap by itself is a result, not a failure
`;

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @returns the exit status
 */
export async function main(args: readonly string[], output = processOutput()): Promise<Exit> {
  const [name, ...rest] = args;
  const command = name === undefined ? undefined : ownCommand(name);
  try {
    if (command && (rest.includes("--help") || rest.includes("-h"))) {
      output.out(command.usage);
      return Exit.ok;
    }
    if (command) return await command.run(rest, output);
    return withoutCommand(name, output);
  } catch (error) {
    if (error instanceof UsageError) {
      const more = error instanceof WrongArguments ? `\nSee wasmerang ${name} --help` : "";
      output.err(`wasmerang: ${error.message}${more}`);
      return Exit.badInput;
    }
    if (error instanceof LimitReached) {
      output.err(`Stopped: ${error.message}.`);
      return Exit.moduleFailed;
    }
    const stack = error instanceof Error ? error.stack : String(error);
    output.err(`wasmerang: this is a bug of wasmerang, please report it\n${stack ?? ""}`);
    return Exit.bug;
  }
}

function ownCommand(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

function withoutCommand(name: string | undefined, output: Output): Exit {
  if (name === "--help" || name === "-h" || name === "help") {
    output.out(USAGE);
    return Exit.ok;
  }
  if (name === "--version" || name === "-V") {
    output.out(`${version()}\n`);
    return Exit.ok;
  }
  if (name === undefined) {
    output.err(USAGE.trimEnd());
    return Exit.badInput;
  }
  const near = nearestName(name, Object.keys(COMMANDS));
  const instead =
    near === undefined ? `there are ${Object.keys(COMMANDS).join(", ")}` : `did you mean ${near}`;
  throw new UsageError(`there is no command ${name}; ${instead}. See wasmerang --help`);
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return String((JSON.parse(readFileSync(file, "utf8")) as { version: unknown }).version);
}

/** Writes to the process's own streams. A reader that leaves early (`| head`) is no error. */
function processOutput(): Output {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(`${text}\n`),
  };
}

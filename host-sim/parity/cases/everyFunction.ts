/** Every host function of every ABI version, a few calls each, and what else the scripted guest can show. */
import { type AbiVersion, LogLevel, type LogLevelName } from "../../src/abi.ts";
import { scriptedGuest } from "../scripted/guest.ts";
import { act, type Action, functionsOf, programConfiguration, text } from "../scripted/program.ts";
import { mayCall, randomOperands } from "../scripted/randomCalls.ts";
import { from, type ParityCase, scenario, talk } from "./case.ts";
import { generator } from "./generator.ts";
import { scriptedCase } from "./scriptedCase.ts";

const CALLS_EACH = 4;
const FUNCTIONS_A_CASE = 20;
const connections = [from("10.0.0.42:51324", ...talk)];

export async function everyFunctionCases(): Promise<readonly ParityCase[]> {
  const cases: ParityCase[] = [];
  for (const abi of ["0.1.0", "0.2.0", "0.2.1"] as const) cases.push(...(await ofAbi(abi)));
  for (const logLevel of Object.keys(LogLevel) as LogLevelName[]) {
    const program = [0, 1, 2, 3, 4, 5].map((level) =>
      act("newConnection", "proxy_log", level, text(`at ${level}`)),
    );
    program.push(act("newConnection", "proxy_get_log_level", 0));
    // The line of a trap is an error.
    if (logLevel !== "critical") program.push(act("log", "unreachable"));
    const plugin = { program, logLevel };
    const flags = { ownLogLevel: true as const, fails: logLevel !== "critical" };
    cases.push(await scriptedCase(`log level ${logLevel}`, [plugin], { connections }, flags));
  }
  const metrics = [0, 1].flatMap((type) => [
    act("newConnection", "proxy_define_metric", type, text("same.name"), 0),
    act("newConnection", "proxy_increment_metric", 4 + type, 3 + type),
    act("newConnection", "proxy_get_metric", 4 + type, 0),
  ]);
  const both = "a counter and a gauge of one name";
  cases.push(await scriptedCase(both, [{ program: metrics }], { connections }));
  const names = ["", "a b", "\u00fc", "a.b\0c", "x".repeat(200), "\n", "/:|#", "a", "a"];
  const odd = names.flatMap((name, i) => [
    act("newConnection", "proxy_define_metric", i % 2, text(name), 0),
    act("newConnection", "proxy_increment_metric", 4 * (1 + (i >> 1)) + (i % 2), i + 1),
  ]);
  cases.push(await scriptedCase("metrics with odd names", [{ program: odd }], { connections }));
  const grow = (pages: number): Action => act("newConnection", "grow", pages);
  const name = "memory grows to 16384 pages and no further";
  cases.push(
    await scriptedCase(name, [{ program: [grow(1), grow(20_000), grow(1)] }], { connections }),
  );
  return cases;
}

async function ofAbi(abi: AbiVersion): Promise<readonly ParityCase[]> {
  const functions = functionsOf(abi).filter((it) => mayCall(it, "newConnection"));
  const wasm = await scriptedGuest(abi);
  const cases: ParityCase[] = [];
  for (let first = 0; first < functions.length; first += FUNCTIONS_A_CASE) {
    const random = generator(first);
    const program = functions
      .slice(first, first + FUNCTIONS_A_CASE)
      .flatMap((it) =>
        Array.from({ length: CALLS_EACH }, () =>
          act("newConnection", it.name, ...randomOperands(random, it)),
        ),
      );
    const vmId = `every-${abi}-${first}`;
    cases.push({
      name: `every function of ABI ${abi}, from number ${first + 1}`,
      wasm,
      scenario: scenario({
        plugin: { vmId, configuration: programConfiguration(program, abi) },
        connections,
      }),
    });
  }
  return cases;
}

/** Compares a run with what its scenario expects. */
import type { ConnectionEnd, Scenario, ScenarioConnection, TraceEvent } from "../src/index.ts";
import { Exit } from "./command.ts";

export interface Verdict {
  readonly exit: Exit;
  /** What did not go as expected, a sentence each. */
  readonly messages: readonly string[];
}

/**
 * Judges a complete run: a refusal or the death of Envoy that the scenario does not expect is 3,
 * an expectation that failed is 1.
 */
export function judge(events: readonly TraceEvent[], scenario: Scenario): Verdict {
  const result = events.find((event) => event.kind === "pluginResult");
  const refused = result?.accepted === false;
  const expected = scenario.expect?.plugin;
  const death = events.find((event) => event.kind === "envoyDies");
  const messages: string[] = [];
  if (refused && expected !== "refused") {
    messages.push(`Envoy refuses the plugin: ${result.reason ?? "see the trace"}`);
  }
  if (death) messages.push(`This kills Envoy 1.40: ${death.how}`);
  const fails = messages.length > 0;
  if (expected === "refused" && result?.accepted) {
    messages.push("plugin: expected refused, was accepted");
  }
  // After a refusal or a death the connections say nothing new.
  const failed = fails ? [] : scenario.connections.flatMap((it) => judgeConnection(it, events));
  messages.push(...failed);
  if (fails) return { exit: Exit.moduleFailed, messages };
  return { exit: messages.length > 0 ? Exit.expectationFailed : Exit.ok, messages };
}

function judgeConnection(
  { id, expect }: ScenarioConnection,
  events: readonly TraceEvent[],
): readonly string[] {
  if (!expect) return [];
  const own = events.filter((event) => event.connection === id);
  const end = own.find((event) => event.kind === "connectionEnd");
  if (!end) return [`connection ${id}: it has expectations, but never took place`];
  const difference = (what: string, wanted: string, got: string) =>
    wanted === got ? [] : [`connection ${id}: ${what}: expected ${wanted}, was ${got}`];
  const { cluster, flags, trap } = expect;
  const hasTrap = own.some((event) => event.kind === "trap");
  return [
    ...(cluster === undefined ? [] : difference("cluster", cluster ?? "none", clusterOf(end))),
    ...(flags === undefined ? [] : difference("flags", asSet(flags), asSet(end.flags))),
    ...(trap === undefined ? [] : difference("trap", yesNo(trap), yesNo(hasTrap))),
  ];
}

const clusterOf = (end: ConnectionEnd) => end.cluster ?? "none";
const yesNo = (value: boolean) => (value ? "yes" : "no");

/** Response flags in one order: `URX, UF` is `UF,URX`. */
function asSet(flags: string): string {
  const names = flags.split(",").map((flag) => flag.trim());
  return [...new Set(names)]
    .filter((flag) => flag !== "")
    .sort()
    .join(",");
}

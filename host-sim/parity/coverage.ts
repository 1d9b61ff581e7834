/** What the scenarios of a run covered: host functions with what they answered, closes, policies. */
import { Status } from "../src/abi.ts";
import { hostcalls } from "../src/hostcalls/index.ts";
import type { Scenario, TraceEvent } from "../src/index.ts";
import { pluginsOf } from "../src/plugin.ts";

export interface Coverage {
  readonly add: (scenario: Scenario, events: readonly TraceEvent[]) => void;
  /** A table of host functions, then one line for each other subject. */
  readonly lines: () => readonly string[];
  /** Host functions that no scenario called. */
  readonly missing: () => readonly string[];
}

const statusNames = Object.fromEntries(
  Object.entries(Status).map(([name, value]) => [String(value), name]),
);

export function createCoverage(): Coverage {
  const calls = new Map<string, Map<string, number>>();
  const others = new Map<string, Map<string, number>>();
  const count = (of: Map<string, Map<string, number>>, subject: string, what: string): void => {
    const counts = of.get(subject) ?? new Map<string, number>();
    of.set(subject, counts.set(what, (counts.get(what) ?? 0) + 1));
  };
  const note = (subject: string, what: string): void => count(others, subject, what);

  return {
    add: (scenario, events) => {
      const plugins = pluginsOf(scenario);
      note("plugins", String(plugins.length));
      for (const { failurePolicy } of plugins) note("failure policies", failurePolicy);
      note("connections", String(scenario.connections.length));
      const { maxEarlyDataBytes, weightedClusters } = scenario.tcpProxy;
      note("early data", maxEarlyDataBytes === undefined ? "none" : String(maxEarlyDataBytes));
      if (weightedClusters) note("routes", "weighted clusters configured");
      for (const { steps } of scenario.connections) {
        for (const step of steps) if ("close" in step) note("closing steps", step.close);
      }
      for (const event of events) {
        switch (event.kind) {
          case "hostCall":
            count(calls, event.name, answerOf(event));
            break;
          case "guestExit":
            note("callbacks", event.callback);
            break;
          case "trap":
            note("traps", event.message.replace("Uncaught ", ""));
            break;
          case "accept":
            note("filters of a connection", event.filter);
            break;
          case "clusterDecision":
            note("routes", event.found ? event.by : `${event.by}, no such cluster`);
            break;
          case "upstreamConnect":
            note("connects", event.result);
            break;
          case "streamAction":
            note("stream actions", event.reason ?? event.action);
            break;
          case "connectionEnd":
            note("closed by", event.closedBy);
            note("flags", event.flags);
            break;
          case "pluginResult":
            note("plugin results", event.accepted ? "accepted" : `refused: ${event.stage}`);
            break;
          default:
        }
      }
    },
    missing: () => hostcalls.map(({ name }) => name).filter((name) => !calls.has(name)),
    lines: () => {
      const width = Math.max(...[...calls.keys()].map((it) => it.length));
      return [
        ...hostcalls.map(({ name }) => `  ${name.padEnd(width)}  ${tell(calls.get(name))}`),
        ...[...others].map(([subject, counts]) => `  ${subject}: ${tell(counts)}`),
      ];
    },
  };
}

function answerOf({ ended, returned, status }: Extract<TraceEvent, { kind: "hostCall" }>): string {
  if (ended === "trapped") return "trap";
  if (status !== undefined) return status;
  return returned === undefined ? "returned" : String(returned);
}

function tell(counts: ReadonlyMap<string, number> | undefined): string {
  if (!counts) return "never";
  const order = Object.values(statusNames);
  return [...counts]
    .sort(
      ([a], [b]) =>
        order.indexOf(a) - order.indexOf(b) || a.localeCompare(b, "en", { numeric: true }),
    )
    .map(([what, times]) => `${what} ${times}`)
    .join(", ");
}

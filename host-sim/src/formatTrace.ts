/** The three formats of a trace: for people, for programs, and as Envoy prints it. */
import { formatEnvoy } from "./formatEnvoy.ts";
import { formatJson } from "./formatJson.ts";
import { textLines } from "./formatText.ts";
import type { Scenario } from "./scenario.ts";
import type { TraceEvent, VmName } from "./trace.ts";

export const traceFormats = ["text", "json", "envoy"] as const;
export type TraceFormat = (typeof traceFormats)[number];

/** Answers a whole run as traceLines does, ending in a line break unless it is empty. */
export function formatTrace(
  format: TraceFormat,
  events: readonly TraceEvent[],
  scenario: Scenario,
  vm?: VmName,
): string {
  return Array.from(traceLines(format, events, scenario, vm), (line) => `${line}\n`).join("");
}

/**
 * The lines of a whole run in one of the formats; all in one string can be more than an engine takes.
 * With `vm` only what happened in that VM; without it see the formats (`json` holds all VMs).
 */
export function* traceLines(
  format: TraceFormat,
  events: readonly TraceEvent[],
  scenario: Scenario,
  vm?: VmName,
): Generator<string, void> {
  if (format === "text") yield* textLines(events, scenario, vm);
  else if (format === "envoy") yield* formatEnvoy(events, vm);
  else for (const event of events) if (vm === undefined || event.vm === vm) yield formatJson(event);
}

/** The three formats of a trace: for people, for programs, and as Envoy prints it. */
import { formatEnvoy } from "./formatEnvoy.ts";
import { formatJson } from "./formatJson.ts";
import { formatText } from "./formatText.ts";
import type { Scenario } from "./scenario.ts";
import type { TraceEvent } from "./trace.ts";

export { formatEnvoy, formatJson, formatText };

export const traceFormats = ["text", "json", "envoy"] as const;
export type TraceFormat = (typeof traceFormats)[number];

/** Answers a whole run in one of the formats, ending in a line break unless it is empty. */
export function formatTrace(
  format: TraceFormat,
  events: readonly TraceEvent[],
  scenario: Scenario,
): string {
  if (format === "text") return formatText(events, scenario);
  const lines = format === "json" ? events.map(formatJson) : formatEnvoy(events);
  return lines.map((line) => `${line}\n`).join("");
}

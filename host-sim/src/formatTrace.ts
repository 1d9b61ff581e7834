/** The three formats of a trace: for people, for programs, and as Envoy prints it. */
import { formatEnvoy } from "./formatEnvoy.ts";
import { formatJson } from "./formatJson.ts";
import { formatText } from "./formatText.ts";
import type { Scenario } from "./scenario.ts";
import type { TraceEvent, VmName } from "./trace.ts";

export { formatEnvoy, formatJson, formatText };

export const traceFormats = ["text", "json", "envoy"] as const;
export type TraceFormat = (typeof traceFormats)[number];

/**
 * Answers a whole run in one of the formats, ending in a line break unless it is empty. With `vm`
 * only what happened in that VM; without it see the formats (`json` holds all VMs).
 */
export function formatTrace(
  format: TraceFormat,
  events: readonly TraceEvent[],
  scenario: Scenario,
  vm?: VmName,
): string {
  if (format === "text") return formatText(events, scenario, vm);
  const lines =
    format === "json"
      ? events.filter((event) => vm === undefined || event.vm === vm).map(formatJson)
      : formatEnvoy(events, vm);
  return lines.map((line) => `${line}\n`).join("");
}

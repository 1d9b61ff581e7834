import { parseAddress } from "../src/address.ts";
import type { Scenario } from "../src/scenario.ts";

/** Path of the Unix socket that the scenario's connections come to; undefined if they come by IP. */
export function unixPath(scenario: Scenario): string | undefined {
  const address = parseAddress(scenario.connections[0]?.source ?? "");
  return address?.kind === "pipe" ? address.path : undefined;
}

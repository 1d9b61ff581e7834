/** What can be known about a bundle before Envoy sees it: the simulator is asked. */
import type { Libraries } from "../libraries.ts";
import { envoyLimits } from "../limits.ts";
import { play } from "../play.ts";
import { readScenario } from "../readScenario.ts";
import type { PluginConfiguration, ScenarioDocument } from "../scenario.ts";
import { parseRange, Sweep } from "../sweep.ts";
import type { BundleTarget } from "./bundleFiles.ts";

/** Sources that are asked about; any filter by address should show its clusters here. */
const SAMPLE = ["10.0.0.0/24", "2001:db8::/124"];
const SAMPLE_DESTINATION = "203.0.113.10:443";

export type FilterCheck =
  /** Envoy refuses the module or its configuration: why, and what the filter logged. */
  | { readonly ok: false; readonly reason: string; readonly logs: readonly string[] }
  /** Accepted. `unknownClusters` are names that the filter chose and the target's files lack. */
  | { readonly ok: true; readonly unknownClusters: readonly string[] };

/**
 * Starts the plugin with the configuration that the bundle will hold, and asks it about a sample of
 * sources. Nothing interrupts a module with an endless loop. Throws LimitReached.
 *
 * @param configuration undefined for the one of the target
 */
export function checkFilter(
  wasm: Uint8Array,
  target: BundleTarget,
  configuration: PluginConfiguration = target.configuration,
  libraries: Libraries = {},
  limits = envoyLimits,
): FilterCheck {
  const document: ScenarioDocument = {
    plugin: { configuration },
    tcpProxy: { cluster: "none" },
    clusters: { none: { endpoints: [] } },
    connections: [],
  };
  const { accepted, refusal, logs } = play(wasm, document, libraries, limits);
  if (!accepted) return { ok: false, reason: refusal?.reason ?? "", logs: [...new Set(logs)] };
  const read = readScenario(document);
  if (!read.ok) throw new Error("play accepted it");
  const sweep = new Sweep(wasm, read.scenario, libraries, limits);
  const chosen = SAMPLE.flatMap((range) => [...(parseRange(range)?.addresses() ?? [])]).flatMap(
    (address) => {
      const source = address.includes(":") ? `[${address}]:40000` : `${address}:40000`;
      const outcome = sweep.decide(source, SAMPLE_DESTINATION);
      return outcome.kind === "routed" && outcome.by === "filterState" ? [outcome.cluster] : [];
    },
  );
  return {
    ok: true,
    unknownClusters: [...new Set(chosen)].filter((name) => !target.clusters.includes(name)),
  };
}

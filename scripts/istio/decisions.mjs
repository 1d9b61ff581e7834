// What the filter decides, asked from the simulator's command line.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../run.mjs";

/** The filter's configuration in Istio's answer.
 * @param {import("./goldens.mjs").Answer} answer @returns {string} */
export function configurationOf({ listeners }) {
  for (const { filterChains = [], defaultFilterChain } of listeners) {
    for (const chain of [...filterChains, defaultFilterChain]) {
      for (const { name, typedConfig } of chain?.filters ?? []) {
        if (name === "envoy.filters.network.wasm") return typedConfig.config.configuration.value;
      }
    }
  }
  throw new Error("the golden has no wasm filter");
}

/**
 * @param {string} wasm
 * @param {string} configuration
 * @param {string} range of sources
 * @param {string} destination IP:port
 * @returns {Promise<Map<string, string>>} cluster by source
 */
export async function decide(wasm, configuration, range, destination) {
  const command = [join(root, "host-sim/bin/wasmerang.js"), "sweep", range, "--wasm", wasm];
  const how = ["--config", configuration, "--destination", destination, "--format", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...how]);
  const lines = stdout.trim().split("\n");
  return new Map(
    lines
      .map((line) => JSON.parse(line))
      .map(({ source, cluster, by }) => [source, by === "filterState" ? cluster : "none"]),
  );
}

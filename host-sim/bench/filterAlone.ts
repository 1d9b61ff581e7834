/**
 * The simulator's share of what the floor host does: contexts, callbacks and host calls of the
 * filter, without the Envoy around it (scenario, event loop, tcp_proxy, upstream).
 */
import { PeerType, type Address, type Scenario } from "../src/index.ts";
import { parseAddress } from "../src/address.ts";
import { Connection } from "../src/connection.ts";
import { checkModule, loadPlugins } from "../src/loadPlugins.ts";
import { Process } from "../src/process.ts";
import type { Recorder } from "../src/recorder.ts";
import { StreamFilter } from "../src/streamFilter.ts";

/** Loads the plugin; the function answered opens and ends every connection of the scenario. */
export function loadFilterAlone(
  wasm: Uint8Array,
  scenario: Scenario,
  recorder: Recorder | undefined,
): () => void {
  const process = new Process(scenario, recorder);
  const [handle] = loadPlugins(checkModule(wasm, process), process) ?? [];
  const worker = handle?.vm;
  if (!handle || !worker) throw new Error("the filter was refused");
  const { plugin } = handle;
  const [described] = scenario.connections;
  if (!described) throw new Error("a scenario with a connection is needed");
  // One connection, without plugins so that its own filters play no part, and given one source after
  // the other: as many connections as sources would measure the processor's caches.
  const connection = new Connection(process, [], 0, described, () => {});
  const mutable = connection as { source: Address };
  const sources = scenario.connections.map(({ source }) => parseAddress(source));
  return () => {
    recorder?.clear();
    for (const source of sources) {
      if (source) mutable.source = source;
      const filter = new StreamFilter(worker, plugin, connection);
      filter.onNewConnection();
      filter.onClose(PeerType.Remote);
      filter.release();
      connection.filterState.clear();
    }
  };
}

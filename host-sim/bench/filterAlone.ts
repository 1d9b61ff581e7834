/**
 * The simulator's share of what the floor host does: contexts, callbacks and host calls of the
 * filter, without the Envoy around it (scenario, event loop, tcp_proxy, upstream).
 */
import { PeerType, type Scenario } from "../src/index.ts";
import { Connection } from "../src/connection.ts";
import { loadPlugins } from "../src/loadPlugins.ts";
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
  const [handle] = loadPlugins(wasm, process) ?? [];
  const worker = handle?.vm;
  if (!handle || !worker) throw new Error("the filter was refused");
  const { plugin } = handle;
  // Without plugins, so that their own filters play no part.
  const connections = scenario.connections.map(
    (connection, index) => new Connection(process, [], index, connection, () => {}),
  );
  return () => {
    recorder?.clear();
    for (const connection of connections) {
      const filter = new StreamFilter(worker, plugin, connection);
      filter.onNewConnection();
      filter.onClose(PeerType.Remote);
      filter.release();
    }
  };
}

/**
 * The simulator's share of what the floor host does: contexts, callbacks and host calls of the
 * filter, without the Envoy around it (scenario, event loop, tcp_proxy, upstream).
 */
import { PeerType, type Scenario } from "../src/index.ts";
import { Connection } from "../src/connection.ts";
import { loadPlugin } from "../src/loadPlugin.ts";
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
  const plugin = loadPlugin(wasm, process);
  if (!plugin.accepted || !plugin.worker) throw new Error("the filter was refused");
  const { worker } = plugin;
  // Without a VM, so that their own filters play no part.
  const connections = scenario.connections.map(
    (connection, index) => new Connection(process, undefined, index, connection, () => {}),
  );
  return () => {
    recorder?.clear();
    for (const connection of connections) {
      const filter = new StreamFilter(worker, connection);
      filter.onNewConnection();
      filter.onClose(PeerType.Remote);
      filter.release();
    }
  };
}

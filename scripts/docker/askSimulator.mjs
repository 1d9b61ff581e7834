import { readScenario, Sweep } from "wasmerang";

/**
 * The cluster that the filter chooses for each source address, or what became of the connection.
 * @param {Uint8Array} wasm
 * @param {string | undefined} configuration as StringValue
 * @param {readonly string[]} addresses without port
 * @param {string} destination with port
 * @returns {readonly string[]}
 */
export function askSimulator(wasm, configuration, addresses, destination) {
  const read = readScenario({
    plugin: configuration === undefined ? {} : { configuration },
    tcpProxy: { cluster: "none" },
    clusters: { none: { endpoints: [] } },
    connections: [],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const sweep = new Sweep(new Uint8Array(wasm), read.scenario);
  return addresses.map((address) => {
    const source = address.includes(":") ? `[${address}]:40000` : `${address}:40000`;
    const outcome = sweep.decide(source, destination);
    return outcome.kind === "routed" ? outcome.cluster : outcome.kind;
  });
}

/** 7.2: what a decision costs with many routes; none holds the sources, so nothing ends early. */
import { sourcesOf } from "./benchScenario.ts";
import { cpuClock } from "./connections.ts";
import { createFloorHost } from "./floorHost.ts";
import type { Figure, Part } from "./part.ts";
import { playRounds } from "./rounds.ts";

const COUNTS = [0, 1, 100, 10_000];

const configurationOf = (count: number): string =>
  JSON.stringify({
    routes: Array.from({ length: count }, (_, i) => ({
      source: `${11 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`,
      cluster: `egress${(i & 1) + 1}`,
    })),
  });

export const routes: Part = {
  name: "routes",
  title: "A connection by the number of routes",
  run: ({ wasm, connections, rounds }) => {
    const module = new WebAssembly.Module(wasm as BufferSource);
    const sources = sourcesOf(connections);
    const hosts = COUNTS.map((count) => {
      const started = cpuClock();
      const host = createFloorHost(module, configurationOf(count));
      return { count, host, configured: (cpuClock() - started) / 1000 };
    });
    const results = playRounds(
      hosts.map(({ count, host }) => ({
        name: String(count),
        round: () => {
          const started = cpuClock();
          for (const source of sources) host.connect(source);
          return (cpuClock() - started) / connections;
        },
      })),
      rounds,
      5,
    );
    return results.map(({ ratio, microseconds }, i): Figure => {
      const { count = 0, configured = 0, host } = hosts[i] ?? {};
      const megabytes = ((host?.memoryBytes ?? 0) / 2 ** 20).toFixed(2);
      return {
        what: `${count.toLocaleString("en-US")} routes`,
        value: ratio.median,
        unit: "× without routes",
        target: 1.25,
        note: `${microseconds.toFixed(2)} µs; read in ${configured.toFixed(1)} ms, guest memory ${megabytes} MiB`,
      };
    });
  },
};

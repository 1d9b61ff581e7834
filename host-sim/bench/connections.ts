/** (a) Connections: the simulator against the floor, in Node and in Chromium. */
import { runInChromium } from "./chromium.ts";
import { measureHosts } from "./hosts.ts";
import type { Figure, Part } from "./part.ts";
import type { Result } from "./rounds.ts";

const targets = {
  Node: { "filter alone, untraced": 1.3, "filter alone, traced": 2 },
  Chromium: { "filter alone, untraced": 1.6, "filter alone, traced": 2 },
} as const;

/** CPU time of this process in microseconds: what other programs do meanwhile does not count. */
export const cpuClock = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function figuresOf(runtime: keyof typeof targets, results: readonly Result[]): Figure[] {
  return results.map(({ name, ratio, microseconds, connectionsPerSecond }): Figure => {
    const target = (targets[runtime] as Readonly<Record<string, number>>)[name];
    const perSecond = Math.round(connectionsPerSecond).toLocaleString("en-US");
    return {
      what: name,
      value: ratio.median,
      unit: "× floor",
      ...(target === undefined ? {} : { target }),
      note: `${microseconds.toFixed(2)} µs, ${perSecond} a second; ${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
    };
  });
}

export const inNode: Part = {
  name: "node",
  title: "Connections in Node, CPU time",
  run: ({ wasm, connections, rounds }) =>
    figuresOf("Node", measureHosts({ wasm, connections, rounds, clock: cpuClock })),
};

export const inChromium: Part = {
  name: "chromium",
  title: "Connections in Chromium",
  run: async ({ wasm, connections, rounds }) =>
    figuresOf("Chromium", await runInChromium(wasm, connections, rounds)),
};

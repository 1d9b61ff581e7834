/** (g) Cost of a connection while others are open, and memory after many. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PeerType } from "../src/index.ts";
import { Connection } from "../src/connection.ts";
import { checkModule, loadPlugins } from "../src/loadPlugins.ts";
import { Process } from "../src/process.ts";
import { scenarioOf, sourcesOf } from "./benchScenario.ts";
import { cpuClock } from "./connections.ts";
import type { Figure, Part } from "./part.ts";
import { playRounds } from "./rounds.ts";

const OPEN = [0, 1000, 10_000];
const MILLION = 1_000_000;

/** A worker that takes connections one after the other. */
class Listener {
  readonly process = new Process(scenarioOf([]), undefined);
  readonly #plugins;
  #index = 0;

  constructor(wasm: Uint8Array) {
    const plugins = loadPlugins(checkModule(wasm, this.process), this.process);
    if (!plugins) throw new Error("the filter was refused");
    this.#plugins = plugins;
  }

  open(source: string): Connection {
    const described = { source, destination: "203.0.113.10:443", at: "0ms", steps: [] };
    const index = this.#index++;
    const connection = new Connection(this.process, this.#plugins, index, described, () => {});
    connection.start();
    this.process.loop.run();
    return connection;
  }

  close(connection: Connection): void {
    connection.close(PeerType.Remote, "client");
    this.process.loop.run();
  }

  get guestBytes(): number {
    return this.#plugins[0]?.vm?.memory.bytes.length ?? 0;
  }
}

function costWhileOpen(wasm: Uint8Array, connections: number, rounds: number): Figure[] {
  const sources = sourcesOf(connections);
  const kept: Connection[] = [];
  const results = playRounds(
    OPEN.map((count) => {
      const listener = new Listener(wasm);
      for (const source of sourcesOf(count)) kept.push(listener.open(source));
      return {
        name: count.toLocaleString("en-US"),
        round: () => {
          const started = cpuClock();
          for (const source of sources) listener.close(listener.open(source));
          return (cpuClock() - started) / connections;
        },
      };
    }),
    rounds,
    5,
  );
  return results.map(({ name, ratio, microseconds }) => ({
    what: `a connection with ${name} open`,
    value: ratio.median,
    unit: "× with none",
    target: 1.1,
    note: `${microseconds.toFixed(2)} µs`,
  }));
}

/** Bytes in use after a full collection: the heap and the buffers outside of it. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function memoryAfter(wasm: Uint8Array, counts: readonly number[]): Figure[] {
  const listener = new Listener(wasm);
  const sources = sourcesOf(1000);
  let played = 0;
  const playUntil = (count: number) => {
    for (; played < count; played++) {
      listener.close(listener.open(sources[played % sources.length] ?? ""));
    }
  };
  playUntil(MILLION / 10);
  const before = usedBytes();
  const guestBefore = listener.guestBytes;
  return counts.map((count) => {
    playUntil(count);
    const guest = (listener.guestBytes - guestBefore) / 1024;
    return {
      what: `memory after ${count.toLocaleString("en-US")} connections, against 100,000`,
      value: (usedBytes() - before) / 1024 + guest,
      unit: "KiB more",
      target: 512,
      note: `of that the guest ${guest} KiB`,
    };
  });
}

export const open: Part = {
  name: "open",
  title: "Many connections, open and over",
  run: ({ wasm, connections, rounds, long }) => [
    ...costWhileOpen(wasm, connections, rounds),
    ...memoryAfter(wasm, long ? [MILLION, 10 * MILLION, 50 * MILLION] : [MILLION]),
  ],
};

/** (d) From bytes to a plugin that waits for connections: pre-flight, compile, four VMs, configure. */
import { existsSync, readFileSync } from "node:fs";
import { checkModule, loadPlugins } from "../src/loadPlugins.ts";
import { Process } from "../src/process.ts";
import { scenarioOf } from "./benchScenario.ts";
import { padModule, withCustomSection } from "./padModule.ts";
import { repository, type Figure, type Part } from "./part.ts";
import { median } from "./rounds.ts";

const REPEATS = 7;

function timesOf(work: () => void): number {
  return median(
    Array.from({ length: REPEATS }, () => {
      const started = performance.now();
      work();
      return performance.now() - started;
    }),
  );
}

export const start: Part = {
  name: "start",
  title: "Start of a plugin, wall time",
  run: ({ wasm }) => {
    const minimal = new URL("filter/build/minimal.wasm", repository);
    const small = existsSync(minimal) ? new Uint8Array(readFileSync(minimal)) : wasm;
    const modules = [
      padModule(small, 10_000),
      wasm,
      padModule(wasm, 150_000),
      padModule(wasm, 3_000_000),
    ];
    let copies = 0;
    return modules.map((module): Figure => {
      // The engine keeps what it has compiled, so no two may be alike.
      const copy = () => withCustomSection(module, copies++);
      const took = timesOf(() => {
        const process = new Process(scenarioOf([]), undefined);
        if (!loadPlugins(checkModule(copy(), process), process))
          throw new Error("the filter was refused");
      });
      const engine = timesOf(() => new WebAssembly.Module(copy() as BufferSource));
      return {
        what: `${Math.round(module.length / 1000).toLocaleString("en-US")} kB`,
        value: took,
        unit: "ms",
        note: `the engine's compiler alone ${engine.toFixed(1)} ms`,
      };
    });
  },
};

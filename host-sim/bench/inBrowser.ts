/** Entry of the bundle that chromium.ts runs in a page. */
import { measureHosts } from "./hosts.ts";

Object.assign(globalThis, {
  runBench: (wasm: readonly number[], connections: number, rounds: number) =>
    measureHosts({
      wasm: Uint8Array.from(wasm),
      connections,
      rounds,
      clock: () => performance.now() * 1000,
    }),
});

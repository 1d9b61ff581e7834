/** Runs in a worker thread: asks the filter of a bundle what can be known before Envoy sees it. */
import { parentPort, workerData } from "node:worker_threads";
import { checkFilter, type FilterCheck } from "../src/bundle/checkFilter.ts";
import { bundleTargets } from "../src/bundle/targets.ts";
import {
  guestLimits,
  LimitReached,
  loadLibraries,
  type PluginConfiguration,
} from "../src/index.ts";

export interface BundleRequest {
  readonly wasm: Uint8Array;
  /** Name of the target. */
  readonly target: string;
  readonly configuration: PluginConfiguration | undefined;
}

export type BundleMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "checked"; readonly check: FilterCheck }
  | { readonly kind: "stopped"; readonly message: string };

const port = parentPort;
if (!port) throw new Error("bundleWorker is a worker thread's file");
const post = (message: BundleMessage) => port.postMessage(message);
const { wasm, target: name, configuration } = workerData as BundleRequest;
const target = bundleTargets.find((it) => it.name === name);
if (!target) throw new Error(`there is no target ${name}`);

const libraries = await loadLibraries(wasm);
post({ kind: "ready" });
try {
  post({
    kind: "checked",
    check: checkFilter(wasm, target, configuration, libraries, guestLimits),
  });
} catch (error) {
  if (!(error instanceof LimitReached)) throw error;
  post({ kind: "stopped", message: error.message });
}

/** Every host function that Envoy 1.40 registers for wasm modules. */
import type { AbiVersion, WasmSignature } from "../abi.ts";
import { buffers } from "./buffers.ts";
import { clock } from "./clock.ts";
import { contexts } from "./contexts.ts";
import type { Hostcall } from "./define.ts";
import { foreignFunctions } from "./foreignFunctions.ts";
import { calls, headerMaps } from "./http.ts";
import { logging } from "./logging.ts";
import { metrics } from "./metrics.ts";
import { properties } from "./properties.ts";
import { queues, sharedData } from "./sharedData.ts";
import { streams } from "./streams.ts";
import { wasi } from "./wasi.ts";

export const hostcalls: readonly Hostcall[] = [
  ...logging,
  ...clock,
  ...properties,
  ...foreignFunctions,
  ...buffers,
  ...streams,
  ...contexts,
  ...metrics,
  ...sharedData,
  ...queues,
  ...headerMaps,
  ...calls,
  ...wasi,
];

/** Envoy registers WASI under both names. */
export const wasiModules = ["wasi_snapshot_preview1", "wasi_unstable"] as const;

const byAbi = new Map<AbiVersion, ReadonlyMap<string, Hostcall>>();

/** The host functions of an ABI version by `module.name`. */
export function hostcallsFor(abi: AbiVersion): ReadonlyMap<string, Hostcall> {
  const known = byAbi.get(abi);
  if (known) return known;
  const found = new Map<string, Hostcall>();
  for (const hostcall of hostcalls) {
    if (hostcall.abis && !hostcall.abis.includes(abi)) continue;
    const modules = hostcall.module === "wasi" ? wasiModules : ["env"];
    for (const module of modules) found.set(`${module}.${hostcall.name}`, hostcall);
  }
  byAbi.set(abi, found);
  return found;
}

/** Their wasm types, for the pre-flight check. */
export function hostFunctionsFor(abi: AbiVersion): ReadonlyMap<string, WasmSignature> {
  return new Map([...hostcallsFor(abi)].map(([name, { signature }]) => [name, signature] as const));
}

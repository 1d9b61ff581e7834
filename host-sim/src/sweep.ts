/** One decision for each of many source addresses. */
import { Connection } from "./connection.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import type { Route } from "./envoy/tcpProxy.ts";
import { parseIp, shortIpv6 } from "./ip.ts";
import type { Libraries } from "./libraries.ts";
import { envoyLimits, type Limits } from "./limits.ts";
import { checkModule, loadPlugins, type CheckedModule } from "./loadPlugins.ts";
import type { PluginHandle } from "./pluginHandle.ts";
import { PeerType } from "./abi.ts";
import { Process } from "./process.ts";
import type { Scenario } from "./scenario.ts";

/** What became of a connection when the filters had seen it. */
export type SweepOutcome =
  /** tcp_proxy chose a cluster: the filter's, or its own. */
  | { readonly kind: "routed"; readonly cluster: string; readonly by: Route["by"] }
  /** The filter closed it, or said StopIteration and left it there. */
  | { readonly kind: "closed" | "waiting" }
  /** A trap; the next address is asked of a fresh VM, of the module as it was compiled. */
  | { readonly kind: "trapped" }
  | { readonly kind: "killsEnvoy"; readonly how: string };

const ignoreEnd = (): void => undefined;

/** Thrown when Envoy refuses the module or its configuration; `wasmerang run` tells why. */
export class PluginRefused extends Error {}

/**
 * Asks the plugins of a scenario about one source address after the other; its own connections play
 * no part. Throws PluginRefused, and LimitReached where the guest takes too much.
 */
export class Sweep {
  readonly #module: CheckedModule;
  readonly #scenario: Scenario;
  readonly #libraries: Libraries;
  readonly #limits: Limits;
  #process: Process;
  #plugins: readonly PluginHandle[] = [];
  #index = 0;

  constructor(
    wasm: Uint8Array,
    scenario: Scenario,
    libraries: Libraries = {},
    limits = envoyLimits,
  ) {
    this.#libraries = libraries;
    this.#scenario = scenario;
    this.#limits = limits;
    this.#process = this.#newProcess();
    this.#module = checkModule(wasm, this.#process);
    this.#load();
  }

  #load(): void {
    this.#process = this.#newProcess();
    const plugins = loadPlugins(this.#module, this.#process);
    if (!plugins) throw new PluginRefused("Envoy refuses the module or its configuration");
    this.#plugins = plugins;
  }

  #newProcess(): Process {
    return new Process(this.#scenario, undefined, this.#libraries, undefined, this.#limits);
  }

  /** `source` and `destination` as in a scenario, such as `10.0.0.42:51324`. */
  decide(source: string, destination: string): SweepOutcome {
    try {
      return this.#connect(source, destination);
    } catch (error) {
      if (!(error instanceof EnvoyDeath)) throw error;
      this.#load();
      return { kind: "killsEnvoy", how: error.message };
    }
  }

  #connect(source: string, destination: string): SweepOutcome {
    const described = { source, destination, at: "0ms", steps: [] };
    const connection = new Connection(
      this.#process,
      this.#plugins,
      this.#index++,
      described,
      ignoreEnd,
    );
    connection.start();
    const { route } = connection.tcpProxy;
    const wasOpen = connection.isOpen;
    connection.close(PeerType.Remote, "client");
    this.#process.loop.run();
    for (const { vm } of this.#plugins) {
      if (!vm?.failed) continue;
      this.#load();
      return { kind: "trapped" };
    }
    if (route) return { kind: "routed", cluster: route.cluster, by: route.by };
    return { kind: wasOpen ? "waiting" : "closed" };
  }
}

export interface AddressRange {
  /** How many addresses there are. */
  readonly size: bigint;
  /** The address at a place, from 0 to `size - 1`, in the form that Envoy prints, without port. */
  at(index: bigint): string;
  /** All of them in order, or those from the place `from` up to before `to`. */
  addresses(from?: bigint, to?: bigint): Generator<string, void>;
}

/**
 * Reads `10.0.0.0/24`, `2001:db8::/120` or a single address. Bits behind the prefix are ignored.
 * Undefined for anything else.
 */
export function parseRange(text: string): AddressRange | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{0,3}$/.test(prefix ?? "") || prefix === "") return undefined;
  const parsed = parseIp(address);
  if (!parsed) return undefined;
  const { bytes } = parsed;
  const isV4 = parsed.version === 4;
  const bits = bytes.length * 8;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  const size = 1n << BigInt(bits - length);
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const first = value - (value % size);
  // Arithmetic with big integers would take longer than a decision.
  const firstIpv4 = isV4 ? Number(first) : 0;
  const at = (index: bigint) =>
    isV4 ? formatIpv4(firstIpv4 + Number(index)) : formatIpv6(first + index);
  return {
    size,
    at,
    *addresses(from = 0n, to = size) {
      const [start, end] = [firstIpv4 + Number(from), firstIpv4 + Number(to)];
      if (isV4) for (let bits = start; bits < end; bits++) yield formatIpv4(bits);
      else for (let index = from; index < to; index++) yield at(index);
    },
  };
}

/** The last /24 that an address was written of: neighbours differ in one number. */
let network = -1;
let networkText = "";

function formatIpv4(bits: number): string {
  if (bits >>> 8 !== network) {
    network = bits >>> 8;
    networkText = `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.`;
  }
  return `${networkText}${bits & 255}`;
}

function formatIpv6(bits: bigint): string {
  const groups = bits.toString(16).padStart(32, "0").match(/.{4}/g) ?? [];
  return shortIpv6(groups.join(":"));
}

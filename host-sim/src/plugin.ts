/** One plugin's configuration, in the forms in which Envoy uses it (Envoy plugin.h, wasm.cc). */
import { configurationBytes } from "./envoy/configuration.ts";
import type { PluginFacts } from "./envoy/attributes.ts";
import { parseDuration } from "./duration.ts";
import type { Scenario, ScenarioPlugin } from "./scenario.ts";

/** The plugins of a scenario, in the order of the filter chain. */
export function pluginsOf({ plugin, plugins }: Scenario): readonly ScenarioPlugin[] {
  return plugins ?? [plugin];
}

export class Plugin {
  readonly name: string;
  readonly vmId: string;
  readonly failurePolicy: ScenarioPlugin["failurePolicy"];
  readonly configuration: Uint8Array;
  readonly vmConfiguration: Uint8Array;
  readonly environment: readonly (readonly [string, string])[];
  readonly facts: PluginFacts;
  /** Undefined: nothing is restricted. */
  readonly allowedCapabilities: ReadonlySet<string> | undefined;
  /** What Envoy puts before a guest's message (proxy-wasm-cpp-host context.cc, makeLogPrefix). */
  readonly logPrefixes: Readonly<Record<"root" | "stream", string>>;
  /** Plugins with the same key share a VM. */
  readonly vmKey: string;
  /** In one VM, plugins with the same key are one and share a root context. */
  readonly key: string;
  /** The two together: plugins with the same one share everything. */
  readonly identity: string;
  /** Nanoseconds; under FAIL_RELOAD the least time between two loads. */
  readonly reloadBackoff: number;

  constructor(plugin: ScenarioPlugin, direction: Scenario["listener"]["direction"]) {
    const { name, rootId, vmId, environment } = plugin;
    this.name = name;
    this.vmId = vmId;
    this.failurePolicy = plugin.failurePolicy;
    this.configuration = configurationBytes(plugin.configuration);
    this.vmConfiguration = configurationBytes(plugin.vmConfiguration);
    this.environment = Object.entries(environment);
    const { allowedCapabilities: allowed } = plugin;
    this.allowedCapabilities = allowed.length > 0 ? new Set(allowed) : undefined;
    this.facts = { name, rootId, vmId, direction };
    this.logPrefixes = { root: logPrefix(rootId, vmId), stream: logPrefix(name, rootId, vmId) };
    const restriction = [...allowed].sort();
    this.vmKey = JSON.stringify([vmId, [...this.vmConfiguration], environment, restriction]);
    this.key = JSON.stringify([rootId, [...this.configuration], name]);
    this.identity = JSON.stringify([this.vmKey, this.key]);
    this.reloadBackoff = parseDuration(plugin.reloadBackoff) ?? 0;
  }
}

/** The prefix of messages from outside of any plugin: start functions, the allocator. */
export const VM_LOG_PREFIX = logPrefix();

/** Empty names leave nothing. */
function logPrefix(...names: readonly string[]): string {
  return `${["wasm log", ...names.filter((name) => name !== "")].join(" ")}: `;
}

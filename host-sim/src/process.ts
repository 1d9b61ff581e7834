/** What one simulated Envoy process has: its plugin, its clock, its log, its shared state. */
import { LogLevel, type LogLevelName } from "./abi.ts";
import { configurationBytes } from "./envoy/configuration.ts";
import type { PluginFacts } from "./envoy/attributes.ts";
import { EventLoop } from "./eventLoop.ts";
import { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import { SharedState } from "./sharedState.ts";
import type { Vm } from "./vm.ts";

export class Process {
  readonly scenario: Scenario;
  readonly recorder: Recorder | undefined;
  readonly loop: EventLoop;
  readonly random: Random;
  readonly shared = new SharedState();
  readonly pluginConfiguration: Uint8Array;
  readonly vmConfiguration: Uint8Array;
  readonly pluginFacts: PluginFacts;
  /** What Envoy puts before a guest's message (proxy-wasm-cpp-host context.cc, makeLogPrefix). */
  readonly logPrefixes: Readonly<Record<"vm" | "root" | "stream", string>>;
  /** Unix nanoseconds of virtual time 0. */
  readonly startTime: bigint;
  /** What Envoy's wasm logger lets through: 0 trace … 5 critical. */
  readonly logLevel: number;
  /** Envoy counts downstream and upstream connections together. */
  nextConnectionId = 0;
  /** When the scenario's last step happens. */
  lastStepAt = 0;
  readonly #nextHosts = new Map<string, number>();
  #canary: Vm | undefined;

  constructor(scenario: Scenario, recorder: Recorder | undefined) {
    const { plugin, listener } = scenario;
    this.scenario = scenario;
    this.recorder = recorder;
    this.loop = new EventLoop((now) => recorder?.time(now));
    this.random = new Random(scenario.seed);
    this.pluginConfiguration = configurationBytes(plugin.configuration);
    this.vmConfiguration = configurationBytes(plugin.vmConfiguration);
    this.pluginFacts = {
      name: plugin.name,
      rootId: plugin.rootId,
      vmId: plugin.vmId,
      direction: listener.direction,
    };
    const { name, rootId, vmId } = plugin;
    this.logPrefixes = {
      vm: logPrefix(),
      root: logPrefix(rootId, vmId),
      stream: logPrefix(name, rootId, vmId),
    };
    this.startTime = BigInt(Date.parse(scenario.startTime)) * 1_000_000n;
    this.logLevel = LogLevel[plugin.logLevel];
    recorder?.time(0);
  }

  /** The canary is dropped once it has configured: its timers never fire. */
  setCanary(vm: Vm): void {
    this.#canary = vm;
  }

  isCanary(vm: Vm): boolean {
    return vm === this.#canary;
  }

  /** Round robin over the hosts of a cluster. */
  nextHost(cluster: string, hosts: number): number {
    const next = this.#nextHosts.get(cluster) ?? 0;
    this.#nextHosts.set(cluster, next + 1);
    return next % Math.max(hosts, 1);
  }

  /** A guest's log message: filtered by the logger, not by the host call. */
  guestLog(level: number, prefix: string, message: Uint8Array): void {
    this.recorder?.log(level, level >= this.logLevel, prefix, message);
  }

  /** A line of the host itself. */
  hostLog(level: LogLevelName, line: string): void {
    this.recorder?.event({ kind: "log", level, line, shown: LogLevel[level] >= this.logLevel });
  }
}

/** Empty names leave nothing. */
function logPrefix(...names: readonly string[]): string {
  return `${["wasm log", ...names.filter((name) => name !== "")].join(" ")}: `;
}

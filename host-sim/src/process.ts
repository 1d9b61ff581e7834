/** What one simulated Envoy process has: its plugins, its clock, its log, its shared state. */
import { LogLevel, type LogLevelName } from "./abi.ts";
import { Cluster } from "./cluster.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import { EventLoop } from "./eventLoop.ts";
import { FaultPlan } from "./faultPlan.ts";
import { envoyLimits, type Limits } from "./limits.ts";
import type { Libraries } from "./libraries.ts";
import type { RunObserver } from "./observer.ts";
import type { ByteRange } from "./memory.ts";
import { Plugin, pluginsOf } from "./plugin.ts";
import { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import { CounterScope, SharedState } from "./sharedState.ts";

export class Process {
  readonly scenario: Scenario;
  /** In the order of the filter chain. */
  readonly plugins: readonly Plugin[];
  readonly recorder: Recorder | undefined;
  readonly loop: EventLoop;
  readonly random: Random;
  readonly shared: SharedState;
  /** The scenario's faults; they count the calls of the worker's VMs. */
  readonly faults: FaultPlan | undefined;
  /** Unix nanoseconds of virtual time 0. */
  readonly startTime: bigint;
  /** What Envoy's wasm logger lets through: 0 trace … 5 critical. */
  readonly logLevel: number;
  /** Envoy counts downstream and upstream connections together. */
  nextConnectionId = 0;
  /** When the scenario's last step happens. */
  lastStepAt = 0;
  /** tcp_proxy's, whose stat_prefix is taken to be the listener's name. */
  readonly tcpCounters: CounterScope;
  /** Those that were used. */
  readonly #clusters = new Map<string, Cluster>();

  readonly limits: Limits;
  readonly libraries: Libraries;
  readonly observer: RunObserver | undefined;

  constructor(
    scenario: Scenario,
    recorder: Recorder | undefined,
    libraries: Libraries = {},
    observer?: RunObserver,
    limits = envoyLimits,
  ) {
    this.limits = limits;
    const plugins = pluginsOf(scenario);
    this.scenario = scenario;
    this.libraries = libraries;
    this.observer = observer;
    const onStat = observer?.stat;
    this.shared = new SharedState(
      onStat && ((name, value) => onStat(name, value, recorder?.seq ?? 0)),
    );
    this.plugins = plugins.map((plugin) => new Plugin(plugin, scenario.listener.direction));
    this.recorder = recorder;
    this.loop = new EventLoop((now) => recorder?.time(now));
    this.random = new Random(scenario.seed);
    this.faults = scenario.faults.length > 0 ? new FaultPlan(scenario.faults) : undefined;
    this.startTime = BigInt(Date.parse(scenario.startTime)) * 1_000_000n;
    // Envoy has one logger for all plugins.
    this.logLevel = LogLevel[plugins[0]?.logLevel ?? "info"];
    this.tcpCounters = new CounterScope(this.shared, `tcp.${scenario.listener.name}.`);
    recorder?.time(0);
  }

  /** Undefined: the scenario has no cluster of that name. */
  cluster(name: string): Cluster | undefined {
    const known = this.#clusters.get(name);
    if (known) return known;
    const settings = findCluster(this.scenario.clusters, name);
    if (!settings) return undefined;
    const cluster = new Cluster(name, settings, this.shared);
    this.#clusters.set(name, cluster);
    return cluster;
  }

  /** A guest's log message: filtered by the logger, not by the host call. */
  guestLog(level: number, prefix: string, message: ByteRange): void {
    this.recorder?.log(level, level >= this.logLevel, prefix, message);
  }

  /** A line of the host itself. */
  hostLog(level: LogLevelName, line: string): void {
    this.recorder?.event({ kind: "log", level, line, shown: LogLevel[level] >= this.logLevel });
  }
}

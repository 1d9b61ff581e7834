/** What one simulated Envoy process has: its plugins, its clock, its log, its shared state. */
import { LogLevel, type LogLevelName } from "./abi.ts";
import { EventLoop } from "./eventLoop.ts";
import { HttpUpstreams } from "./httpExchange.ts";
import { FaultPlan } from "./faultPlan.ts";
import type { Libraries } from "./libraries.ts";
import type { RunObserver } from "./observer.ts";
import { Plugin } from "./plugin.ts";
import { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import { SharedState } from "./sharedState.ts";

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
  readonly httpUpstreams = new HttpUpstreams();
  /** When the scenario's last step happens. */
  lastStepAt = 0;
  readonly #nextHosts = new Map<string, number>();

  readonly libraries: Libraries;
  readonly observer: RunObserver | undefined;

  constructor(
    scenario: Scenario,
    recorder: Recorder | undefined,
    libraries: Libraries = {},
    observer?: RunObserver,
  ) {
    const plugins = scenario.plugins ?? [scenario.plugin];
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
    recorder?.time(0);
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

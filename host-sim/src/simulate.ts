/** The simulator: a scenario and a wasm module in, the trace out. */
import { Connection } from "./connection.ts";
import { encodeBytes } from "./bytes.ts";
import { TraceDecoder } from "./decodeTrace.ts";
import { parseDuration } from "./duration.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import { checkTrace, envoyLimits, EVENT_BYTES, LimitReached, type Limits } from "./limits.ts";
import type { Libraries } from "./libraries.ts";
import { checkModule, loadPlugins } from "./loadPlugins.ts";
import type { PluginHandle } from "./pluginHandle.ts";
import type { RunObserver } from "./observer.ts";
import { Process } from "./process.ts";
import { Recorder } from "./recorder.ts";
import { vmNames } from "./records.ts";
import type { Scenario, ScenarioConnection, ScenarioStep } from "./scenario.ts";
import type { TraceEvent } from "./trace.ts";

export interface SimulateOptions {
  /**
   * Hands on the events of a host call as soon as it has returned, instead of before the next
   * callback: slower, but of a callback that never returns everything is there.
   */
  readonly everyEvent?: boolean;
  /** From `loadLibraries`; without them the functions that need one are not modelled. */
  readonly libraries?: Libraries;
  /** Is shown the guest's memory and properties as the run goes; may throw to end it. */
  readonly observer?: RunObserver;
  /** Without them what Envoy has: 1 GiB for each VM, and a trace of any length. */
  readonly limits?: Limits;
}

/** What is left of a run beside its events. */
export interface SimulateResult {
  /**
   * Counters and gauges under their names in Envoy's `/stats`: `wasmcustom.` + the guest's name,
   * `tcp.` + the listener's name (as tcp_proxy's stat_prefix), `cluster.`, `wasm.`.
   */
  readonly stats: ReadonlyMap<string, bigint>;
  /** Present if the run met a limit of the simulator and ended there: which and where. */
  readonly stopped?: string;
}

/**
 * Plays a scenario: loads the module as Envoy 1.40 would, makes its VMs, lets the connections come
 * and go in virtual time. Same wasm, same scenario: same events. Never throws for anything the
 * module does; an endless loop in the guest does not return (run it in a worker and end that).
 *
 * The events of a callback come when it has returned; the `guestEnter` of a callback comes before it
 * runs.
 */
export function simulate(
  wasm: Uint8Array,
  scenario: Scenario,
  onEvent: (event: TraceEvent) => void,
  { everyEvent = false, libraries = {}, observer, limits = envoyLimits }: SimulateOptions = {},
): SimulateResult {
  const decoder = new TraceDecoder(connectionIds(scenario), onEvent);
  let dataBytes = 0;
  const read = () => {
    dataBytes += recorder.bytesLength;
    decoder.read(recorder);
    checkTrace(dataBytes + recorder.seq * EVENT_BYTES, limits.traceBytes);
  };
  const recorder: Recorder = new Recorder(read, everyEvent, limits.traceBytes);
  const process = new Process(scenario, recorder, libraries, observer, limits);
  const limit = run(wasm, process);
  decoder.read(recorder);
  const { callback } = decoder;
  decoder.end();
  const stats = process.shared.allStats();
  if (limit === undefined) return { stats };
  return { stats, stopped: callback ? `${limit}, in ${callback}` : limit };
}

/** Records a run without decoding it: `decodeTrace` reads it later, or nobody does. */
export function record(wasm: Uint8Array, scenario: Scenario, recorder: Recorder | undefined): void {
  run(wasm, new Process(scenario, recorder));
}

function connectionIds(scenario: Scenario): string[] {
  return scenario.connections.map(({ id }, index) => id ?? String(index + 1));
}

/** Answers the limit of the simulator that ended the run, if one did. */
function run(wasm: Uint8Array, process: Process): string | undefined {
  try {
    const plugins = loadPlugins(checkModule(wasm, process), process);
    if (plugins) play(process, plugins);
  } catch (error) {
    if (error instanceof LimitReached) return error.message;
    if (!(error instanceof EnvoyDeath)) throw error;
    process.recorder?.event({ kind: "envoyDies", how: error.message });
  }
  return undefined;
}

interface Entry {
  readonly at: number;
  readonly index: number;
  /** -1: the accept. */
  readonly step: number;
}

/** By (time, index of the connection, index of the step); the accept is before step 0. */
function timetable(connections: readonly ScenarioConnection[]): Entry[] {
  const entries = connections.flatMap((connection, index) => {
    let at = parseDuration(connection.at) ?? 0;
    const steps = connection.steps.map((step, i): Entry => {
      at += parseDuration(step.after) ?? 0;
      return { at, index, step: i };
    });
    return [{ at: parseDuration(connection.at) ?? 0, index, step: -1 }, ...steps];
  });
  return entries.sort((a, b) => a.at - b.at || a.index - b.index || a.step - b.step);
}

/** Lets the connections come and go. */
function play(process: Process, plugins: readonly PluginHandle[]): void {
  const { loop, scenario } = process;
  const open = new Map<number, Connection>();
  const onEnd = (connection: Connection) => open.delete(connection.index);
  const entries = timetable(scenario.connections);
  process.lastStepAt = entries.at(-1)?.at ?? 0;
  let next = 0;
  // Each entry runs at its time and asks for the next one, so that the loop holds one at a time.
  const schedule = () => {
    const entry = entries[next++];
    if (entry) loop.at(entry.at, () => perform(entry));
  };
  const perform = ({ index, step }: Entry) => {
    loop.whenQuiet(schedule);
    const described = scenario.connections[index];
    if (!described) return;
    if (step < 0) {
      const connection = new Connection(process, plugins, index, described, onEnd);
      open.set(index, connection);
      connection.start();
      return;
    }
    const what = described.steps[step];
    if (!what) return;
    const reason = takeStep(process, open.get(index), what);
    if (reason === undefined) return;
    process.recorder?.place(vmNames.indexOf("worker"), 0, index);
    process.recorder?.event({ kind: "stepSkipped", step, reason });
  };
  schedule();
  loop.run();
  for (const connection of [...open.values()]) connection.end();
}

/** Does one step; answers why it cannot be done. */
function takeStep(
  { loop }: Process,
  connection: Connection | undefined,
  step: ScenarioStep,
): string | undefined {
  if (!connection?.isOpen) return "the connection is closed";
  const needsUpstream = "upstream" in step || ("close" in step && step.close.startsWith("server"));
  if (needsUpstream && !connection.tcpProxy.hasUpstream) return "there is no upstream connection";
  if ("downstream" in step) connection.clientSends(encodeBytes(step.downstream));
  else if ("upstream" in step) connection.tcpProxy.serverSends(encodeBytes(step.upstream));
  else {
    switch (step.close) {
      case "client":
        connection.clientFin();
        loop.whenQuiet(() => connection.tcpProxy.serverFin());
        break;
      case "server":
        connection.tcpProxy.serverFin();
        loop.whenQuiet(() => connection.clientFin());
        break;
      case "clientReset":
        connection.clientReset();
        break;
      case "serverReset":
        connection.tcpProxy.serverReset();
        break;
    }
  }
  return undefined;
}

/** Real Envoy against the simulator: one recording, one run of `simulate`, and where they differ. */
import type { ConnectionEnd, TraceEvent } from "../src/index.ts";
import type { RecordedConnection, Recording } from "./recordScenario.ts";
import { connectionId } from "./player.ts";
import type { Stats } from "./stats.ts";

/** What the simulator said about the scenario that Envoy played. */
export interface Simulation {
  readonly events: readonly TraceEvent[];
  /** `formatEnvoy(events)`. */
  readonly lines: readonly string[];
  /** The same for base, canary and main VM. */
  readonly mainLines: readonly string[];
  readonly stats: Stats;
}

export interface Difference {
  /** What differs: `outcome`, `trace`, `main thread`, or `connection ID: cluster` and so on. */
  readonly what: string;
  readonly envoy: string;
  readonly simulator: string;
}

/** Lines of each side that are shown around the first one that differs. */
const CONTEXT = 6;

/** All differences; of the trace only the first, since what follows it proves nothing. */
export function compare(recording: Recording, simulation: Simulation): readonly Difference[] {
  const simulated = outcomeOf(simulation.events);
  if (simulated !== recording.outcome) {
    const reason = recording.reason === undefined ? "" : `: ${recording.reason}`;
    return [
      { what: "outcome", envoy: `${recording.outcome}${reason}`, simulator: simulated },
      ...compareLines("trace", recording.lines, simulation.lines),
    ];
  }
  // A dying process writes what it still can; only that it dies is compared.
  if (recording.outcome === "died") return [];
  const prepared = (lines: readonly string[]): readonly string[] =>
    hasOpenOrder(recording) ? sortGoodByes(lines) : lines;
  return [
    ...compareLines("trace", prepared(recording.lines), prepared(simulation.lines)),
    ...(recording.outcome === "accepted"
      ? compareLines("main thread", recording.mainLines, simulation.mainLines)
      : []),
    ...compareConnections(recording, simulation.events),
    // Of a refused plugin none were read: its VMs, and their statistics, are gone at once.
    ...(recording.outcome === "accepted" ? compareStats(recording.stats, simulation.stats) : []),
  ];
}

/**
 * A third plugin is refused: Envoy removes the two before it, as a rule the second first, but now and
 * then (about once in a hundred) the other way round.
 */
function hasOpenOrder({ outcome, scenario }: Recording): boolean {
  return outcome === "refused" && (scenario.plugins ?? []).length > 2;
}

/** What the plugins say after the refusal, sorted. */
function sortGoodByes(lines: readonly string[]): readonly string[] {
  const all = lines.flatMap((message) => message.split("\n"));
  const refused = all.lastIndexOf("Plugin configured to fail closed failed to load") + 1;
  return [...all.slice(0, refused), ...all.slice(refused).sort()];
}

/** Every statistic that changed on either side. */
function compareStats(envoy: Stats, simulator: Stats): readonly Difference[] {
  return [...new Set([...envoy.keys(), ...simulator.keys()])]
    .filter((name) => (envoy.get(name) ?? 0n) !== (simulator.get(name) ?? 0n))
    .map((name) => ({
      what: `statistic ${name}`,
      envoy: String(envoy.get(name) ?? 0n),
      simulator: String(simulator.get(name) ?? 0n),
    }));
}

function outcomeOf(events: readonly TraceEvent[]): Recording["outcome"] | "no result" {
  if (events.some(({ kind }) => kind === "envoyDies")) return "died";
  const result = events.find((event) => event.kind === "pluginResult");
  if (!result) return "no result";
  return result.accepted ? "accepted" : "refused";
}

function compareLines(
  what: string,
  envoy: readonly string[],
  simulatorMessages: readonly string[],
): readonly Difference[] {
  const simulator = simulatorMessages.flatMap((message) => message.split("\n"));
  const length = Math.max(envoy.length, simulator.length);
  for (let i = 0; i < length; i++) {
    if (envoy[i] === simulator[i]) continue;
    return [{ what, envoy: excerpt(envoy, i), simulator: excerpt(simulator, i) }];
  }
  return [];
}

function excerpt(lines: readonly string[], at: number): string {
  const from = Math.max(0, at - CONTEXT);
  const shown = lines
    .slice(from, at + CONTEXT + 1)
    .map((line, i) => `${from + i === at ? ">" : " "}${String(from + i + 1).padStart(5)} ${line}`);
  if (at >= lines.length) shown.push(`>${String(lines.length + 1).padStart(5)} (end)`);
  return shown.join("\n");
}

function compareConnections(
  recording: Recording,
  events: readonly TraceEvent[],
): readonly Difference[] {
  const ends = new Map<string, ConnectionEnd>();
  for (const event of events) {
    if (event.kind === "connectionEnd") ends.set(event.connection ?? "", event);
  }
  return recording.scenario.connections.flatMap((connection, index) => {
    const id = connectionId(connection, index);
    const recorded = recording.connections[index];
    if (!recorded) return [];
    return compareFacts(id, envoyFacts(recorded), simulatedFacts(ends.get(id), id, events));
  });
}

type Facts = Readonly<Record<string, string | undefined>>;

function compareFacts(id: string, envoy: Facts, simulator: Facts): readonly Difference[] {
  return Object.keys(envoy)
    .filter((name) => envoy[name] !== simulator[name])
    .map((name) => ({
      what: `connection ${id}: ${name}`,
      envoy: envoy[name] ?? "(none)",
      simulator: simulator[name] ?? "(none)",
    }));
}

/** What the access log says; of an open connection only what its tear-down cannot change. */
function envoyFacts(recorded: RecordedConnection): Facts {
  const { access, open, clientReceived, upstreamReceived, upstreamHeader } = recorded;
  const always = {
    proxyHeader: upstreamHeader.toString("hex"),
    open: String(open),
    toClient: clientReceived.toString("latin1"),
    toUpstream: upstreamReceived.toString("latin1"),
  };
  if (!access) return always;
  const { cluster, host, flags, received, sent, closeReason } = access;
  const found = { ...always, cluster, upstreamHost: host };
  if (open) return found;
  const ended = { flags: sortedFlags(flags), received: String(received), sent: String(sent) };
  return { ...found, ...ended, closeReason };
}

function simulatedFacts(
  end: ConnectionEnd | undefined,
  id: string,
  events: readonly TraceEvent[],
): Facts {
  const connect = events.find((it) => it.kind === "upstreamConnect" && it.connection === id);
  const header = connect?.kind === "upstreamConnect" ? connect.proxyProtocol : undefined;
  return {
    proxyHeader: Buffer.from(header ?? []).toString("hex"),
    open: String(end?.closedBy === "open"),
    toClient: forwarded(events, id, "downstream"),
    toUpstream: forwarded(events, id, "upstream"),
    cluster: end?.cluster,
    upstreamHost: end?.upstreamHost,
    flags: end && sortedFlags(end.flags),
    received: end && String(end.bytesReceived),
    sent: end && String(end.bytesSent),
    closeReason: end?.closeReason,
  };
}

/** Flags are a set; their order means nothing. */
const sortedFlags = (flags: string): string => flags.split(",").sort().join(",");

function forwarded(
  events: readonly TraceEvent[],
  id: string,
  to: "upstream" | "downstream",
): string {
  return events
    .map((event) =>
      event.kind === "forward" && event.connection === id && event.to === to
        ? Buffer.from(event.bytes).toString("latin1")
        : "",
    )
    .join("");
}

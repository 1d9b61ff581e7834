/** The trace for people: what was called, what it meant, what came of it. */
import {
  describeArguments,
  describeBytes,
  describeCallbackArguments,
  describeProperty,
  describeResults,
  describeReturn,
  onOneLine,
} from "./describeValue.ts";
import type { Scenario } from "./scenario.ts";
import {
  assertNever,
  type ClusterDecision,
  type ConnectionEnd,
  type GuestEnter,
  type GuestExit,
  type HostCall,
  type TraceEvent,
  type Trap,
  type VmName,
} from "./trace.ts";

/** Answers the whole run as text, see textLines, ending in a line break. */
export function formatText(events: readonly TraceEvent[], scenario: Scenario, vm?: VmName): string {
  return textLines(events, scenario, vm)
    .map((line) => `${line}\n`)
    .join("");
}

/**
 * Answers the lines of the whole run. Shows the worker's VM, or where the plugin
 * was refused, base, canary and main VM; or the one asked for. The same run gives the same text.
 */
export function textLines(
  events: readonly TraceEvent[],
  scenario: Scenario,
  vm?: VmName,
): readonly string[] {
  const isRefused = events.some((event) => event.kind === "pluginResult" && !event.accepted);
  const isShown = (event: TraceEvent) =>
    event.kind === "pluginResult" ||
    (vm ? event.vm === vm : isRefused ? event.vm !== "worker" : event.vm === "worker");
  const ends = endsOf(events);
  const depths = new Map<number, number>();
  const width = idWidth(scenario);
  const lines = [titleOf(scenario), ""];
  let lastVm: VmName | undefined;
  for (const event of events) {
    if (!isShown(event)) continue;
    const depth = event.parent === undefined ? 0 : (depths.get(event.parent) ?? 0) + 1;
    depths.set(event.seq, depth);
    const texts = describeEvent(event, ends);
    if (texts.length > 0 && event.vm !== lastVm && event.kind !== "pluginResult") {
      lines.push(`${event.vm} VM`);
      lastVm = event.vm;
    }
    const place = `${formatTime(event.at).padStart(8)}  ${(event.connection ?? "").padEnd(width)}  `;
    for (const text of texts) lines.push(`${place}${"  ".repeat(depth)}${text}`);
  }
  for (const line of summary(events, scenario)) lines.push(line);
  return lines;
}

const MAX_LOG_LENGTH = 16_384;

function titleOf({ name, envoy, plugin }: Scenario): string {
  return `${name || "unnamed scenario"} (Envoy ${envoy}, plugin ${plugin.name})`;
}

function idWidth({ connections }: Scenario): number {
  return connections.reduce((width, { id }) => Math.max(width, (id ?? "").length), 0);
}

/** The events that end callbacks and allocations, by the `seq` of what they end. */
function endsOf(events: readonly TraceEvent[]): ReadonlyMap<number, GuestExit | Trap> {
  const ends = new Map<number, GuestExit | Trap>();
  for (const event of events) {
    if (event.kind === "guestExit" || event.kind === "trap") ends.set(event.enter, event);
  }
  return ends;
}

function describeEvent(
  event: TraceEvent,
  ends: ReadonlyMap<number, GuestExit | Trap>,
): readonly string[] {
  switch (event.kind) {
    case "guestEnter":
      return [describeEnter(event, ends.get(event.seq))];
    case "guestExit":
      return []; // its result stands in the line of the guestEnter
    case "hostCall":
      return describeHostCall(event);
    case "allocation": {
      const result = event.pointer === undefined ? "no result" : `${event.pointer}`;
      return [`${event.callback}(${event.size}) = ${result}`];
    }
    case "log":
      return [
        `[${event.level}] ${cut(event.line)}${event.shown ? "" : " (below the log level: dropped)"}`,
      ];
    case "trap":
      return [
        `TRAP in ${event.callback}: ${event.message}${event.injected ? " (injected)" : ""}`,
        ...event.frames.map(
          ({ functionIndex, offset, name }) =>
            `  at ${name ?? `function ${functionIndex}`} (0x${offset.toString(16)})`,
        ),
      ];
    case "pluginResult":
      return event.accepted
        ? ["plugin accepted"]
        : [`plugin REFUSED at ${event.stage ?? "load"}${event.reason ? `: ${event.reason}` : ""}`];
    case "accept":
      return [
        `accept ${event.source} -> ${event.destination}` +
          (event.filter === "present" ? "" : `; the filter is ${event.filter}`) +
          withNote(event.note),
      ];
    case "clusterDecision":
      return [describeDecision(event)];
    case "upstreamConnect": {
      const header = event.proxyProtocol
        ? `, PROXY header ${describeBytes(event.proxyProtocol)}`
        : "";
      return [`upstream ${event.cluster} ${event.host ?? "(no host)"}: ${event.result}${header}`];
    }
    case "forward": {
      const data = event.bytes.length > 0 ? ` ${describeBytes(event.bytes)}` : "";
      return [`forward to ${event.to}${data}${event.endStream ? " FIN" : ""}`];
    }
    case "streamAction":
      return [`${event.action} takes effect${event.reason ? ` (${event.reason})` : ""}`];
    case "stepSkipped":
      return [`steps[${event.step}] skipped: ${event.reason}`];
    case "connectionEnd":
      return [`end: ${describeEnd(event)}`];
    case "envoyDies":
      return [`ENVOY DIES: ${event.how}`];
    default:
      return assertNever(event);
  }
}

/** More of a log line than anybody reads here is left out; the other formats have all of it. */
function cut(line: string): string {
  if (line.length <= MAX_LOG_LENGTH) return onOneLine(line);
  return `${onOneLine(line.slice(0, MAX_LOG_LENGTH))}… (cut: ${line.length} characters)`;
}

function describeEnter(event: GuestEnter, end: GuestExit | Trap | undefined): string {
  const call = `${event.callback}(${describeCallbackArguments(event.callback, event.args)})`;
  if (!end) return `${call} = never returned`;
  if (end.kind === "trap") return `${call} = trap`;
  const result =
    end.returned === undefined ? "" : ` = ${describeReturn(event.callback, end.returned)}`;
  return `${call}${result}${end.injected ? " (injected)" : ""}`;
}

function describeHostCall(call: HostCall): readonly string[] {
  const results = describeResults(call.results);
  const returned = call.returned === undefined ? "" : ` = ${call.status ?? call.returned >>> 0}`;
  const outcome =
    call.ended === "returned"
      ? returned
      : ` = ${call.ended === "never" ? "never returned" : "trapped"}`;
  const effects = call.effects.flatMap((effect) => {
    if (effect.kind === "propertyRead") {
      // A string is already readable in the result.
      if (effect.type === "string" && effect.value) return [];
      const type = effect.type ? ` (${effect.type})` : "";
      return [`  property ${effect.path.join(".")}${type}: ${describeProperty(effect)}`];
    }
    const before = effect.before ? `, was ${describeBytes(effect.before)}` : "";
    return [
      `  filter state ${effect.key} := ${describeBytes(effect.value)} (${effect.span})${before}`,
    ];
  });
  const module = call.module === "env" ? "" : `${call.module}.`;
  return [
    `${module}${call.name}(${describeArguments(call.args)})${outcome}` +
      (results ? `, ${results}` : "") +
      (call.injected ? " (injected)" : "") +
      (call.notModelled ? " NOT MODELLED" : "") +
      withNote(call.note),
    ...effects,
  ];
}

const DECIDED_BY = {
  filterState: "the filter state envoy.tcp_proxy.cluster",
  cluster: "tcp_proxy's cluster",
  weightedClusters: "tcp_proxy's weighted clusters",
} as const;

function describeDecision({ cluster, by, found, fallback }: ClusterDecision): string {
  const instead = by === "filterState" && fallback ? `, instead of ${fallback}` : "";
  const missing = found ? "" : "; Envoy has no such cluster";
  return `cluster ${cluster}, by ${DECIDED_BY[by]}${instead}${missing}`;
}

function describeEnd(end: ConnectionEnd): string {
  const by = end.closedBy === "open" ? "still open" : `closed by ${end.closedBy}`;
  return (
    `cluster ${end.cluster ?? "none"}, upstream ${end.upstreamHost ?? "none"}, flags ${end.flags}, ` +
    `received ${end.bytesReceived} B, sent ${end.bytesSent} B, ${by}` +
    (end.closeReason ? ` (${end.closeReason})` : "") +
    withNote(end.note)
  );
}

/** One line for each connection of the scenario. */
function summary(events: readonly TraceEvent[], scenario: Scenario): readonly string[] {
  const ends = events.filter((event) => event.kind === "connectionEnd");
  if (ends.length === 0) return [];
  const width = idWidth(scenario);
  const sources = new Map(scenario.connections.map(({ id, source }) => [id, source]));
  return [
    "",
    "outcome",
    ...ends.map((end) => {
      const source = sources.get(end.connection) ?? "?";
      return `  ${(end.connection ?? "?").padEnd(width)}  ${source} -> ${describeEnd(end)}`;
    }),
  ];
}

function withNote(note: string | undefined): string {
  return note ? ` -- ${note}` : "";
}

/** Milliseconds, as short as they can be without loss. */
function formatTime(nanoseconds: number): string {
  return `${nanoseconds / 1e6}ms`;
}

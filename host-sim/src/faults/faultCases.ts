/**
 * Every single fault that a scenario allows: each host call of the worker's VMs with every status,
 * with missing and malformed values and a trap; each callback with other results and a trap.
 */
import { LogLevel, Status, type StatusName } from "../abi.ts";
import { encodeBase64 } from "../bytes.ts";
import { callbacksOf } from "../preflight/guestExports.ts";
import type { Scenario, ScenarioFault } from "../scenario.ts";
import type { HostCall, PropertyRead, TraceEvent } from "../trace.ts";
import { bytesAnswer, malformedValues, scenarioWithValue } from "./faultValues.ts";

/** One fault, and where it strikes. */
export interface FaultCase {
  readonly fault: ScenarioFault;
  readonly kind: "status" | "value" | "return" | "trap";
  /** In words: `NotFound`, `last byte cut`, `returns 1`, `trap`. */
  readonly what: string;
  /** `seq` of the call in the run without faults. */
  readonly seq: number;
  /** `id` of the connection in whose callback the call was made. */
  readonly connection: string | undefined;
  /** What tells the call from others of its name: `source.address`, `set_envoy_filter_state`, … */
  readonly subject: string | undefined;
  /** The scenario in which the host would give this very value by itself, if there is one. */
  readonly asIf: Scenario | undefined;
}

/** A call of the run without faults. */
interface Call {
  readonly name: string;
  /** Among the calls of that name, from 1. */
  readonly nth: number;
  readonly event: TraceEvent;
}

const signatures = callbacksOf("0.2.1");
const allocatorReturns = [0];

/**
 * @param events of a run of `scenario` without faults
 * @param before virtual time, in ns, from which on calls are left alone
 */
export function listFaults(
  scenario: Scenario,
  events: readonly TraceEvent[],
  before: number,
): FaultCase[] {
  return worksOf(events)
    .filter(({ event }) => event.at < before)
    .flatMap((call) => faultsOf(scenario, call, returnedBy(call, events)));
}

/** The calls of the worker's VMs, numbered as `faults` of a scenario count them. */
function worksOf(events: readonly TraceEvent[]): Call[] {
  const counts = new Map<string, number>();
  const calls = events.filter(
    (it) => it.kind === "hostCall" || it.kind === "guestEnter" || it.kind === "allocation",
  );
  return calls
    .filter(({ vm }) => vm === "worker")
    .sort((a, b) => a.seq - b.seq)
    .map((event) => {
      const name = event.kind === "hostCall" ? event.name : event.callback;
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      return { name, nth, event };
    });
}

function returnedBy({ event }: Call, events: readonly TraceEvent[]): number | undefined {
  if (event.kind !== "guestEnter") return undefined;
  const exit = events.find((it) => it.kind === "guestExit" && it.enter === event.seq);
  return exit?.kind === "guestExit" ? exit.returned : undefined;
}

function faultsOf(scenario: Scenario, call: Call, returned: number | undefined): FaultCase[] {
  const { event, name, nth } = call;
  const at = { call: name, nth };
  const place = { seq: event.seq, connection: event.connection, subject: subjectOf(event) };
  const make = (
    kind: FaultCase["kind"],
    what: string,
    fault: ScenarioFault,
    asIf?: Scenario,
  ): FaultCase => ({ fault, kind, what, asIf, ...place });

  const trap = make("trap", "trap", { ...at, trap: true });
  if (event.kind === "allocation") {
    return [
      ...allocatorReturns.map((value) =>
        make("return", `returns ${value}`, { ...at, return: value }),
      ),
      trap,
    ];
  }
  if (event.kind !== "hostCall") {
    const returns = signatures.get(name)?.results.length ? [0, 1] : [];
    return [
      ...returns
        .filter((value) => value !== returned)
        .map((value) => make("return", `returns ${value}`, { ...at, return: value })),
      trap,
    ];
  }
  const answer = bytesAnswer(event);
  const values = answer === undefined ? [] : malformedValues(event, answer);
  return [
    ...statusesFor(event).map((status) => make("status", status, { ...at, status })),
    ...values.map(({ what, bytes }) =>
      make(
        "value",
        what,
        { ...at, value: { base64: encodeBase64(bytes) } },
        scenarioWithValue(scenario, event, bytes),
      ),
    ),
    trap,
  ];
}

/** All but the one it had. Ok only for calls without results: no host says Ok and writes nothing. */
function statusesFor({ status, results, args }: HostCall): StatusName[] {
  if (status === undefined) return [];
  const hasResults = results.length > 0 || args.some(({ value }) => value.kind === "out");
  return (Object.keys(Status) as StatusName[]).filter(
    (name) => name !== status && !(name === "Ok" && hasResults),
  );
}

/** What the call was about, as far as the trace can say. */
function subjectOf(event: TraceEvent): string | undefined {
  if (event.kind !== "hostCall") return undefined;
  const read = event.effects.find((it): it is PropertyRead => it.kind === "propertyRead");
  if (read) return read.path.join(".");
  if (event.name === "proxy_log") return levelOf(event);
  const named = event.args.find(({ value }) => value.kind === "string" || value.kind === "enum");
  if (!named) return undefined;
  const { value } = named;
  if (value.kind === "enum") return value.name;
  return "bytes" in value && value.bytes ? new TextDecoder().decode(value.bytes) : undefined;
}

function levelOf({ words }: HostCall): string | undefined {
  return Object.keys(LogLevel)[Number(words[0])];
}

/** The answer for one connection: a sentence and its reason, with links to the evidence. */
import { assertNever, type NamedValue, type ScenarioDocument } from "wasmerang";
import { shortCluster, type MarkName } from "./clusterMarks.ts";
import type { ConnectionState } from "./connections.ts";
import { asText } from "./describeValue.ts";
import { CLUSTER_KEY } from "./filterStateAt.ts";
import { failureReason } from "./failureReason.ts";
import type { Events } from "./memoize.ts";
import { at, link, type Part } from "./parts.ts";

export interface Verdict {
  /** How the sentence's edge looks: `warn` hatched, `bad` red. */
  readonly tone: "plain" | "warn" | "bad";
  readonly subject: string;
  readonly goesTo: boolean;
  readonly mark: MarkName;
  readonly object: string;
  /** The object in full, where it is shortened. */
  readonly full?: string;
  readonly reason: readonly Part[];
}

/** What happened to the run as a whole. */
export type RunStatus = "running" | "done" | "timedOut" | "stopped" | "failed";

/** @param source the connection's source as the scenario writes it. */
export function verdictOf(
  events: Events,
  state: ConnectionState,
  source: string,
  run: {
    readonly status: RunStatus;
    readonly document: ScenarioDocument;
    /** Why the run was ended, in words. */
    readonly message?: string;
  },
): Verdict {
  const { facts, outcome, mark } = state;
  const base = { subject: facts.accept?.source ?? source, mark, goesTo: false };
  switch (outcome.kind) {
    case "routed":
    case "noDecision": {
      const short = shortCluster(outcome.cluster);
      return {
        ...base,
        tone: outcome.kind === "routed" ? "plain" : "warn",
        goesTo: true,
        object: short,
        ...(short === outcome.cluster ? {} : { full: outcome.cluster }),
        reason: [...routeReason(state), ...aftermath(state)],
      };
    }
    case "failed":
      return {
        ...base,
        tone: "bad",
        object: failureText[outcome.cause].replace("$", shortCluster(outcome.cluster ?? "")),
        reason: failureReason(events, state, run.document),
      };
    case "refused":
      return {
        ...base,
        tone: "bad",
        object:
          state.deciding?.kind === "pluginResult" && state.deciding.stage === "configure"
            ? "not accepted: configuration rejected"
            : "not accepted: plugin refused",
        reason: failureReason(events, state, run.document),
      };
    case "closedByFilter":
      return {
        ...base,
        tone: "bad",
        object: "closed: by the filter",
        reason: [
          "The filter asked Envoy to close the connection",
          ...at(state.deciding),
          ", so no cluster was chosen.",
          ...quoted(state),
        ],
      };
    case "waiting":
      return {
        ...base,
        tone: "bad",
        object: "waiting: the filter returned StopIteration and nothing resumes it",
        reason: [
          "Envoy holds the connection since",
          ...link(facts.stopped),
          ". No call to ",
          { code: "proxy_continue_stream" },
          " followed, so tcp_proxy was never asked for a cluster.",
          ...quoted(state),
        ],
      };
    case "pending":
      return { ...base, ...pending(events, state, run) };
    default:
      return assertNever(outcome);
  }
}

/** `$` stands for the cluster. */
const failureText = {
  NC: "closed: no cluster $",
  "UF,URX": "closed: $ did not accept the connection",
  UH: "closed: $ has no host",
  trap: "closed: the filter trapped",
  vmDead: "closed: the VM has failed",
  envoyDies: "lost: Envoy itself died",
  closed: "closed by Envoy",
} as const;

function routeReason({ facts, outcome }: ConnectionState): readonly Part[] {
  const { decision, write, refusedWrite, said } = facts;
  if (outcome.kind === "routed")
    return [
      "The filter wrote ",
      { code: CLUSTER_KEY },
      ...at(write),
      ", tcp_proxy read it",
      ...at(decision),
      ".",
      ...quoted({ facts }),
    ];
  if (outcome.kind !== "noDecision") return [];
  const own = outcome.by === "cluster" ? "cluster" : "weighted_clusters";
  const end: readonly Part[] = [
    "so tcp_proxy used its own ",
    { code: own },
    " field",
    ...at(decision),
    ". No egress rule applied.",
  ];
  if (outcome.skipped)
    return ["Envoy left the filter out of this connection", ...at(facts.accept), ", ", ...end];
  if (write !== undefined && outcome.by === "weightedClusters")
    return [
      "The filter wrote ",
      { code: CLUSTER_KEY },
      ...at(write),
      ", but with ",
      { code: own },
      " tcp_proxy does not read it",
      ...at(decision),
      ".",
    ];
  if (refusedWrite !== undefined)
    return [
      "Envoy answered ",
      { code: refusedWrite.status ?? "" },
      " to the filter's decision",
      ...at(refusedWrite),
      ", ",
      ...end,
    ];
  const evidence = said ?? facts.callback;
  const seen: readonly Part[] = evidence === undefined ? [] : [" (", { seq: evidence.seq }, ")"];
  return [
    "The filter made no decision for this source",
    ...seen,
    ", ",
    ...end,
    ...quoted({ facts }),
  ];
}

/** What came after the route was taken, if that was out of the ordinary. */
function aftermath({ facts }: ConnectionState): readonly Part[] {
  const { closedAt, end, trap } = facts;
  if (trap !== undefined) return [" The filter trapped later", ...at(trap), "."];
  if (closedAt !== undefined && end?.closedBy === "filter")
    return [" The filter closed the connection at ", { seq: closedAt }, "."];
  return [];
}

function pending(
  events: Events,
  { facts }: ConnectionState,
  { status, message }: { readonly status: RunStatus; readonly message?: string },
): Pick<Verdict, "tone" | "object" | "reason"> {
  const open = events.findLast((event) => event.kind === "guestEnter");
  if (status === "timedOut" && open?.kind === "guestEnter")
    return {
      tone: "bad",
      object: open.connection === facts.id ? "stuck: the filter never returned" : "not reached",
      reason: [
        `Stopped: no event for 3 s in ${open.callback}`,
        ...at(open),
        ". Envoy has no such limit; its worker would hang.",
      ],
    };
  if (message !== undefined && (status === "timedOut" || status === "stopped"))
    return { tone: "bad", object: "not reached", reason: [message] };
  if (status === "stopped")
    return { tone: "plain", object: "stopped", reason: ["The run was stopped before this."] };
  if (status === "failed") return { tone: "plain", object: "not run", reason: [] };
  if (status === "running") return { tone: "plain", object: "running", reason: [] };
  return {
    tone: "plain",
    object: facts.accept === undefined ? "not reached" : "still open",
    reason: ["The run ended before tcp_proxy chose a cluster."],
  };
}

/** The filter's own words for its decision, where it logged some. */
function quoted({ facts }: Pick<ConnectionState, "facts">): readonly Part[] {
  const text = facts.said && messageOf(facts.said.args);
  return text === undefined || facts.said === undefined
    ? []
    : [" It logged ", { code: text }, ...at(facts.said), "."];
}

/** The last text argument: proxy_log has the level first. */
export function messageOf(args: readonly NamedValue[]): string | undefined {
  const value = args.findLast(
    ({ value }) => value.kind === "string" || value.kind === "bytes",
  )?.value;
  return value !== undefined && "bytes" in value && value.bytes !== undefined
    ? asText(value.bytes)
    : undefined;
}

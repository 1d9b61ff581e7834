/** What the tour says, in the words of the run that is on screen. */
import type { NarrowPane } from "../../state/store.ts";
import { views } from "../../state/views.ts";
import { clusterMarks, shortCluster } from "../../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../../trace/connections.ts";
import { verdictOf } from "../../trace/verdict.ts";
import type { RunView } from "../useRun.ts";

export interface TourStep {
  /** Selector of the part of the page that it is about. */
  readonly target: string;
  /** Where narrow screens have it. */
  readonly pane: NarrowPane;
  readonly title: string;
  readonly text: string;
}

/**
 * @param index of the connection that is selected
 * @param number what the page calls an event
 */
export function tourSteps(
  run: RunView,
  index: number,
  number: (seq: number) => number,
): readonly TourStep[] {
  const connection = run.document.connections[index];
  const id = connectionId(run.document, index);
  const state =
    id === undefined ? undefined : connectionState(run.events, id, clusterMarks(run.document));
  const verdict =
    connection && state ? verdictOf(run.events, state, connection.source, run) : undefined;
  const others = run.document.connections.length - 1;
  const more =
    others === 0 ? "" : others === 1 ? " Below it is another." : ` ${others} others follow.`;
  return [
    {
      target: "#scenario",
      pane: "scenario",
      title: "What comes in",
      text: connection
        ? `${connection.source} connects to ${connection.destination}.${more} Type another address: the filter runs again at once. Presets at the end show what else can happen.`
        : "No connection comes in yet. Add one, and the filter runs.",
    },
    {
      target: ".verdict",
      pane: "flow",
      title: "The answer",
      text: verdict
        ? `${verdict.subject} ${verdict.goesTo ? "goes to " : ""}${verdict.object}. Below is why; each number, such as #${number(state?.deciding?.seq ?? 1)}, leads to the event that shows it.`
        : "Here is said where the connection goes, and why.",
    },
    {
      target: ".flow",
      pane: "flow",
      title: "The way through Envoy",
      text: wayText(state?.outcome),
    },
    {
      target: ".timeline",
      pane: "flow",
      title: "Call by call",
      text: `The run has ${run.events.length} events. Press → and ← to step through them, Space to play, D for the call that decided. The list below has them all.`,
    },
    {
      target: ".inspector",
      pane: "call",
      title: "Every byte",
      text: "The selected call: its arguments, the bytes that crossed between Envoy and the filter, what they mean, and what they changed.",
    },
    {
      target: ".views",
      pane: "flow",
      title: "Ask more",
      text: `${views.map(({ name }) => name).join(", ")}: other questions about the same filter and the same scenario. Share copies a link to exactly what is shown; nothing leaves this page otherwise.`,
    },
  ];
}

function wayText(outcome: ReturnType<typeof connectionState>["outcome"] | undefined): string {
  const key = "Solid lines were taken, dotted ones were not.";
  switch (outcome?.kind) {
    case "routed":
      return `The filter read the source address and wrote ${shortCluster(outcome.cluster)} into the connection's filter state. tcp_proxy read it there and connected. ${key}`;
    case "noDecision":
      return `The filter wrote no cluster, so tcp_proxy used its own, ${shortCluster(outcome.cluster)}. ${key}`;
    default:
      return `From the client through listener, filter and tcp_proxy to a cluster. Here the way ends early, at the mark. ${key}`;
  }
}

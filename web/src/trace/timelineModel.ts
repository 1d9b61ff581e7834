/** The run as bars in lanes: one lane for the plugin, one for each connection. */
import type { ScenarioDocument, TraceEvent } from "wasmerang";
import { endOf } from "./callTree.ts";
import { callLetter, callLetters, filterStateChangeOf } from "./describeCall.ts";
import { asText } from "./describeValue.ts";
import { describeEvent } from "./describeEvent.ts";
import { CLUSTER_KEY } from "./filterStateAt.ts";
import { lastAtOrBefore, visibleRows } from "./rows.ts";
import { oncePerRun, type Events } from "./memoize.ts";

export interface Bar {
  readonly seq: number;
  readonly tier: "envoy" | "callback" | "call";
  /** First and last place on the order axis: index of the row, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** Virtual time in nanoseconds. */
  readonly at: number;
  readonly until: number;
  /** What a wide bar says, what a narrow one says. */
  readonly label: string;
  readonly letter: string;
  readonly failed: boolean;
  /** A trap ended the callback. */
  readonly isCut: boolean;
  /** Drawn with the cluster's mark: the write that decides, and the choice. */
  readonly isRoute: boolean;
  readonly isTrap: boolean;
  /** The cluster that was written or chosen, whatever became of the connection. */
  readonly cluster?: string;
}

export interface TimelineModel {
  /** Number of rows on the order axis. */
  readonly count: number;
  /** Virtual time of the first and the last row, in nanoseconds. */
  readonly from: number;
  readonly until: number;
  /** By connection; the plugin's are under undefined. */
  readonly lanes: ReadonlyMap<string | undefined, readonly Bar[]>;
  /** Letters that occur, for the key. */
  readonly letters: readonly string[];
}

export const timelineModel = oncePerRun((events): TimelineModel => {
  const rows = visibleRows(events);
  const lanes = new Map<string | undefined, Bar[]>();
  const letters = new Set<string>();
  rows.forEach(({ event }, index) => {
    const bar = barOf(events, event, index);
    if (bar === undefined) return;
    if (bar.tier === "call") letters.add(bar.letter);
    const lane = lanes.get(event.connection);
    if (lane === undefined) lanes.set(event.connection, [bar]);
    else lane.push(bar);
  });
  return {
    count: rows.length,
    from: rows[0]?.event.at ?? 0,
    until: rows.at(-1)?.event.at ?? 0,
    lanes,
    letters: Object.keys(callLetters).filter((letter) => letter !== "·" && letters.has(letter)),
  };
});

function barOf(events: Events, event: TraceEvent, index: number): Bar | undefined {
  const { seq, at } = event;
  const plain = {
    seq,
    first: index,
    last: index,
    at,
    until: at,
    label: "",
    letter: "",
    failed: false,
    isCut: false,
    isRoute: false,
    isTrap: false,
  };
  switch (event.kind) {
    case "guestExit":
      return undefined;
    case "guestEnter": {
      const end = endOf(events, seq);
      const isCut = end?.kind === "trap";
      const rows = visibleRows(events);
      // The bar ends before the trap's own; a guest that never returned fills what is left.
      const last =
        end === undefined ? rows.length - 1 : lastAtOrBefore(rows, end.seq) - (isCut ? 1 : 0);
      return {
        ...plain,
        tier: "callback",
        last: Math.max(index, last),
        until: end?.at ?? at,
        label: event.callback.replace(/^proxy_on_/, ""),
        isCut,
        failed: end === undefined,
      };
    }
    case "trap":
      return { ...plain, tier: "callback", failed: true, isTrap: true };
    case "hostCall": {
      const change = filterStateChangeOf(event);
      const cluster = change?.key === CLUSTER_KEY ? asText(change.value) : undefined;
      return {
        ...plain,
        tier: "call",
        letter: callLetter(event),
        failed: describeEvent(events, event).failed,
        isRoute: change?.key === CLUSTER_KEY,
        ...(cluster === undefined ? {} : { cluster }),
      };
    }
    default:
      return {
        ...plain,
        tier: "envoy",
        failed: describeEvent(events, event).failed,
        isRoute: event.kind === "clusterDecision",
        ...(event.kind === "clusterDecision" ? { cluster: event.cluster } : {}),
      };
  }
}

/**
 * Playhead and selection as far as a lane can tell: a lane that they move past, or do not touch, gets
 * the same as before and need not be drawn again.
 */
export function laneView(
  model: TimelineModel,
  connection: string | undefined,
  cursor: number | undefined,
  selected: number | undefined,
): { readonly cursor: number | undefined; readonly selected: number | undefined } {
  const bars = model.lanes.get(connection);
  const first = bars?.[0]?.seq ?? 0;
  const last = bars?.at(-1)?.seq ?? 0;
  const isInside = selected !== undefined && selected >= first && selected <= last;
  return {
    cursor: cursor === undefined ? undefined : Math.max(first - 1, Math.min(last, cursor)),
    selected: isInside ? selected : undefined,
  };
}

/** The IP alone where that tells the connections apart, else address and port. */
export function laneNames(document: ScenarioDocument): readonly string[] {
  const host = (address: string) => address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  const counts = new Map<string, number>();
  for (const { source } of document.connections)
    counts.set(host(source), (counts.get(host(source)) ?? 0) + 1);
  return document.connections.map(({ source }) =>
    counts.get(host(source)) === 1 ? host(source) : source,
  );
}

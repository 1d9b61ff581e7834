/** Both outcomes of a connection in one sentence. */
import { clusterMarks, type MarkName } from "../clusterMarks.ts";
import { connectionId, connectionState, type ConnectionState } from "../connections.ts";
import { verdictOf, type RunStatus } from "../verdict.ts";
import type { ComparedRun } from "./comparedRows.ts";

export interface ComparedSide extends ComparedRun {
  readonly status: RunStatus;
}

export interface SideVerdict {
  /** `goes to egress1`, `closed: no cluster egress9`. */
  readonly says: string;
  readonly mark: MarkName;
}

export interface ComparedVerdict {
  readonly subject: string;
  readonly a: SideVerdict;
  readonly b: SideVerdict;
  readonly isSame: boolean;
}

/** Of the connection at this place; undefined when the scenario has none. */
export function comparedVerdict(
  a: ComparedSide,
  b: ComparedSide,
  index: number,
): ComparedVerdict | undefined {
  const source = a.document.connections[index]?.source;
  if (source === undefined) return undefined;
  const side = (run: ComparedSide): SideVerdict & { readonly state: ConnectionState } => {
    const state = stateOf(run, index);
    const { object, goesTo, mark, full } = verdictOf(run.events, state, source, run);
    return { says: goesTo ? `goes to ${full ?? object}` : object, mark, state };
  };
  const [ofA, ofB] = [side(a), side(b)];
  return {
    subject: ofA.state.facts.accept?.source ?? source,
    a: ofA,
    b: ofB,
    isSame: outcomeKey(ofA.state) === outcomeKey(ofB.state),
  };
}

/** The places of the connections that end otherwise in B than in A. */
export function changedConnections(a: ComparedRun, b: ComparedRun): readonly number[] {
  return a.document.connections.flatMap((_, index) =>
    outcomeKey(stateOf(a, index)) === outcomeKey(stateOf(b, index)) ? [] : [index],
  );
}

function stateOf({ events, document }: ComparedRun, index: number): ConnectionState {
  return connectionState(events, connectionId(document, index) ?? "", clusterMarks(document));
}

const outcomeKey = ({ outcome }: ConnectionState) => JSON.stringify(outcome);

import { memo, useMemo, useRef, useState } from "react";
import { useStore } from "../state/store.ts";
import { addConnection, removeConnection } from "../state/editScenario.ts";
import { connectionOf } from "../state/problems.ts";
import { clusterMarks, markColour, shortCluster, type MarkName } from "../trace/clusterMarks.ts";
import { connectionId, connectionState, type ConnectionState } from "../trace/connections.ts";
import type { Outcome } from "../trace/outcome.ts";
import { Mark } from "./Mark.tsx";
import { useNarrow } from "./useNarrow.ts";
import { useRowsInView } from "./useRowsInView.ts";

/** Heights in pixels, for a pointer and for a finger. */
const ROW = 24;
const NARROW_ROW = 40;

/** The connections of the scenario, each with what became of it in the last run. */
export function ConnectionList() {
  const document = useStore((state) => state.document);
  const selected = useStore((state) => state.connection);
  const problems = useStore((state) => state.problems);
  const run = useStore((state) => state.run);
  const { edit, selectConnection, select, dropDrafts } = useStore.getState();
  /** By the connection's id. */
  const states = useMemo(() => {
    if (run === undefined) return undefined;
    const marks = clusterMarks(run.document);
    const ids = run.document.connections.map((_, at) => connectionId(run.document, at) ?? "");
    return new Map(ids.map((id) => [id, connectionState(run.events, id, marks)]));
  }, [run]);
  const wrong = useMemo(() => new Set(problems.map(connectionOf)), [problems]);
  const list = useRef<HTMLDivElement>(null);
  const { connections } = document;
  const count = connections.length;
  const height = useNarrow() ? NARROW_ROW : ROW;
  const revealed = selected < count ? selected : undefined;
  const { first, last } = useRowsInView(list, { count, height, above: 0, revealed });
  // What has the focus stays in the document, wherever the list is scrolled to, and so does what Tab
  // leads to from there.
  const [focused = -2, setFocused] = useState<number>();
  const indexes = [focused - 1, focused, focused + 1].filter((at) => at >= 0 && at < count);
  for (let at = first; at <= last; at++) indexes.push(at);
  const inOrder = [...new Set(indexes)].sort((a, b) => a - b);

  function add() {
    edit(addConnection(document));
    selectConnection(document.connections.length);
    select(undefined);
  }
  function remove() {
    dropDrafts("$.connections");
    edit(removeConnection(document, selected));
    selectConnection(Math.max(0, Math.min(selected, document.connections.length - 2)));
    select(undefined);
  }

  return (
    <>
      <div className="section-head">
        <h3>Connections</h3>
        <span className="grow" />
        {document.connections.length > 0 && (
          <button type="button" className="link" onClick={remove}>
            Remove
            <span className="hidden"> the selected connection</span>
          </button>
        )}
        <button type="button" className="link" onClick={add}>
          Add
          <span className="hidden"> a connection</span>
        </button>
      </div>
      {document.connections.length === 0 && (
        <p className="note">No connections. Add one to run the filter.</p>
      )}
      <div className="connections" ref={list}>
        <ul
          style={{ height: count * height }}
          onBlur={({ currentTarget, relatedTarget }) => {
            if (!currentTarget.contains(relatedTarget)) setFocused(undefined);
          }}
        >
          {inOrder.map((index) => {
            const id = connectionId(document, index) ?? "";
            return (
              <Item
                key={id}
                index={index}
                top={index * height}
                count={count}
                onFocus={setFocused}
                source={connections[index]?.source ?? ""}
                state={states?.get(id)}
                isWrong={wrong.has(index)}
                isSelected={index === selected}
              />
            );
          })}
        </ul>
      </div>
    </>
  );
}

const Item = memo(function Item(props: {
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  /** Of all connections; those in view are in the document. */
  readonly count: number;
  readonly onFocus: (index: number) => void;
  readonly source: string;
  /** Undefined: it was in no run. */
  readonly state: ConnectionState | undefined;
  readonly isWrong: boolean;
  readonly isSelected: boolean;
}) {
  const { index, top, count, onFocus, source, state, isWrong, isSelected } = props;
  function choose() {
    const { cursor, selectConnection, select } = useStore.getState();
    selectConnection(index);
    if (cursor === undefined) select(undefined);
  }
  return (
    <li style={{ top }} aria-posinset={index + 1} aria-setsize={count}>
      <button
        type="button"
        className="connection"
        aria-pressed={isSelected}
        onClick={choose}
        onFocus={() => onFocus(index)}
      >
        <span className="mono clip">{source || "no source"}</span>
        {isWrong ? (
          <Result mark="bad" text="error" />
        ) : (
          state && <Result mark={state.mark} text={outcomeName(state.outcome)} />
        )}
      </button>
    </li>
  );
});

function Result({ mark, text }: { readonly mark: MarkName; readonly text: string }) {
  return (
    <span className="outcome" style={{ color: markColour(mark).strong }}>
      <Mark mark={mark} />
      <span className="clip">{text}</span>
    </span>
  );
}

/** The outcome in a word or two. */
function outcomeName(outcome: Outcome): string {
  switch (outcome.kind) {
    case "routed":
    case "noDecision":
      return shortCluster(outcome.cluster);
    case "failed":
      return outcome.cause === "vmDead" ? "VM failed" : outcome.cause;
    case "refused":
      return "not accepted";
    case "closedByFilter":
      return "closed";
    case "waiting":
      return "waiting";
    case "pending":
      return "no outcome";
  }
}

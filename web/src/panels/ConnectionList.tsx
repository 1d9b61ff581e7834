import { useEffect, useMemo, useRef } from "react";
import { useStore } from "../state/store.ts";
import { addConnection, removeConnection } from "../state/editScenario.ts";
import { connectionOf } from "../state/problems.ts";
import { clusterMarks, markColour, shortCluster, type MarkName } from "../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../trace/connections.ts";
import type { Outcome } from "../trace/outcome.ts";
import { Mark } from "./Mark.tsx";

/** The connections of the scenario, each with what became of it in the last run. */
export function ConnectionList() {
  const document = useStore((state) => state.document);
  const selected = useStore((state) => state.connection);
  const problems = useStore((state) => state.problems);
  const run = useStore((state) => state.run);
  const { edit, selectConnection, select, dropDrafts } = useStore.getState();
  const marks = useMemo(() => run && clusterMarks(run.document), [run]);
  const ran = useMemo(
    () => new Set(run?.document.connections.map((_, at) => connectionId(run.document, at))),
    [run],
  );
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const view = list.current;
    const row = view?.children[selected];
    if (!view || !row) return;
    const box = view.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    // Only the list scrolls, not the panel around it.
    if (top < box.top) view.scrollTop += top - box.top;
    else if (bottom > box.bottom) view.scrollTop += bottom - box.bottom;
  }, [selected, document.connections.length]);

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
  function choose(index: number) {
    selectConnection(index);
    if (useStore.getState().cursor === undefined) select(undefined);
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
      <ul className="connections" ref={list}>
        {document.connections.map((connection, index) => {
          const id = connectionId(document, index) ?? "";
          const state =
            run && marks && ran.has(id) ? connectionState(run.events, id, marks) : undefined;
          const isWrong = problems.some((problem) => connectionOf(problem) === index);
          return (
            <li key={id}>
              <button
                type="button"
                className="connection"
                aria-pressed={index === selected}
                onClick={() => choose(index)}
              >
                <span className="mono clip">{connection.source || "no source"}</span>
                {isWrong ? (
                  <Result mark="bad" text="error" />
                ) : (
                  state && <Result mark={state.mark} text={outcomeName(state.outcome)} />
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

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

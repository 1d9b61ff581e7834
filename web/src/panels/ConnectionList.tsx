import { useStore } from "../state/store.ts";
import { addConnection } from "../state/editScenario.ts";
import { connectionOf } from "../state/problems.ts";
import { clusterMarks, shortCluster } from "../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../trace/connections.ts";
import type { Outcome } from "../trace/outcome.ts";
import { Mark } from "./Mark.tsx";

/** The connections of the scenario, each with what became of it in the last run. */
export function ConnectionList() {
  const document = useStore((state) => state.document);
  const selected = useStore((state) => state.connection);
  const problems = useStore((state) => state.problems);
  const run = useStore((state) => state.run);
  const { edit, selectConnection, select } = useStore.getState();
  const marks = run && clusterMarks(run.document);

  function add() {
    edit(addConnection(document));
    selectConnection(document.connections.length);
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
        <button type="button" className="link" onClick={add}>
          Add
          <span className="hidden"> a connection</span>
        </button>
      </div>
      {document.connections.length === 0 && (
        <p className="note">No connections. Add one to run the filter.</p>
      )}
      <ul className="connections">
        {document.connections.map((connection, index) => {
          const id = connectionId(document, index) ?? "";
          const wasRun = run?.document.connections.some(
            (_, at) => connectionId(run.document, at) === id,
          );
          const state = wasRun && marks ? connectionState(run.events, id, marks) : undefined;
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
                  <span className="outcome route-bad">
                    <Mark mark="bad" /> <span className="clip">error</span>
                  </span>
                ) : (
                  state && (
                    <span className={`outcome mark-${state.mark}`}>
                      <Mark mark={state.mark} />
                      <span className="clip">{outcomeName(state.outcome)}</span>
                    </span>
                  )
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </>
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

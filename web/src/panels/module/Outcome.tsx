import { useStore } from "../../state/store.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { verdictOf } from "../../trace/verdict.ts";
import { Mark } from "../Mark.tsx";
import { useRun, useSelectedConnection } from "../useRun.ts";

/** What the module did with the present scenario, and the way there. */
export function Outcome() {
  const run = useRun();
  const module = useStore((state) => state.module);
  const ran = useStore((state) => state.run?.module);
  const index = useStore((state) => state.connection);
  const set = useStore((state) => state.set);
  const connection = useSelectedConnection(run);
  const source = run.document.connections[index]?.source;
  const isHere = ran === module && connection !== undefined && source !== undefined;
  const verdict = isHere ? verdictOf(run.events, connection, source, run) : undefined;
  return (
    <div className="outcome-line">
      <p>
        <span className="dim">With this scenario: </span>
        {verdict ? (
          <>
            <code>{verdict.subject}</code> {verdict.goesTo ? "goes to " : ""}
            <span className="object" style={{ color: markColour(verdict.mark).strong }}>
              <Mark mark={verdict.mark} />
              {verdict.object}
            </span>
          </>
        ) : (
          "not run yet"
        )}
      </p>
      <button type="button" className="button small" onClick={() => set({ view: "trace" })}>
        Show the trace
      </button>
    </div>
  );
}

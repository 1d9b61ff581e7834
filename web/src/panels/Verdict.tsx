import { useMemo } from "react";
import { useStore } from "../state/store.ts";
import { verdictOf } from "../trace/verdict.ts";
import { Sentence } from "./EventLink.tsx";
import { Mark } from "./Mark.tsx";
import { useRun, useSelectedConnection } from "./useRun.ts";
import { markColour } from "../trace/clusterMarks.ts";

/** The answer: where the selected connection goes, and why. */
export function Verdict() {
  const run = useRun();
  const index = useStore((state) => state.connection);
  const connection = useSelectedConnection(run);
  const source = run.document.connections[index]?.source;
  const verdict = useMemo(
    () => connection && source !== undefined && verdictOf(run.events, connection, source, run),
    [run, connection, source],
  );
  if (!verdict)
    return (
      <section className="verdict" aria-label="Outcome">
        <h2>
          {run.document.connections.length === 0 && run.status !== "running"
            ? "No connections. Add one to run the filter."
            : "Running"}
        </h2>
      </section>
    );
  return (
    <section className={`verdict ${verdict.tone}`} aria-label="Outcome">
      <h2>
        <span className="subject">{verdict.subject}</span>{" "}
        {verdict.goesTo ? <span className="dim">goes to </span> : undefined}
        <span className="object" style={{ color: markColour(verdict.mark).strong }}>
          <Mark mark={verdict.mark} size={14} />
          <span title={verdict.full}>{verdict.object}</span>
        </span>
      </h2>
      <p>
        <Sentence parts={verdict.reason} />
      </p>
    </section>
  );
}

import { useEffect, useState } from "react";
import { JSON_TEXT, useStore } from "../state/store.ts";
import { run as runNow, stopRun } from "../session/playground.ts";

/** Results that a run is about to replace are not called stale at once. */
const PATIENCE_MS = 300;

/** Above the results: that they are not (yet) those of the scenario as it stands. */
export function RunState() {
  const run = useStore((state) => state.run);
  const wrong = useStore((state) => state.problems.length + Object.keys(state.drafts).length);
  const isUnread = useStore((state) => JSON_TEXT in state.drafts);
  const isOtherModule = useStore((state) => state.run?.module !== state.module);
  const isStale = useIsStale();
  if (run?.status === "failed") return <Failure message={run.message ?? ""} />;
  if (run?.status === "running") {
    return (
      <div className="line notice" role="status">
        <p>Running… {run.events.length.toLocaleString("en").replaceAll(",", " ")} events</p>
        <button type="button" className="link" onClick={stopRun}>
          Stop
        </button>
      </div>
    );
  }
  if (!isStale) return null;
  return (
    <div className="line notice" role="status">
      {wrong > 0 ? (
        <p>
          {isUnread
            ? "The JSON is no scenario yet. "
            : `Scenario changed, and ${wrong === 1 ? "one field is" : `${wrong} fields are`} wrong. `}
          Showing the last run.
        </p>
      ) : (
        <>
          <p>{isOtherModule ? "The module changed." : "Scenario changed."}</p>
          <button type="button" className="link" onClick={runNow}>
            Run
          </button>
        </>
      )}
    </div>
  );
}

/** Whether the results are of another scenario or module than the present one, for a while now. */
export function useIsStale(): boolean {
  const differs = useStore(
    (state) =>
      state.run !== undefined &&
      (state.run.document !== state.document ||
        state.run.module !== state.module ||
        Object.keys(state.drafts).length > 0),
  );
  const [stale, setStale] = useState(false);
  useEffect(() => {
    if (!differs) return;
    const timer = setTimeout(() => setStale(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setStale(false);
    };
  }, [differs]);
  return differs && stale;
}

/** Our own bug. */
export function Failure({ message }: { readonly message: string }) {
  return (
    <div className="alert failure" role="alert">
      <h2>Wasmerang itself failed</h2>
      <p>This is a bug of the page, not of the filter or of your scenario. What is known of it:</p>
      <pre className="preformatted" tabIndex={0} aria-label="Error">
        {message}
      </pre>
    </div>
  );
}

import "../../styles/faults.css";
import { useEffect } from "react";
import { playFaults, stopFaults } from "../../session/faults/faults.ts";
import { useFaults } from "../../state/faults.ts";
import { useStore } from "../../state/store.ts";
import { ResultFrame } from "../results/ResultFrame.tsx";
import { Failure } from "../RunState.tsx";
import { FaultDetail } from "./FaultDetail.tsx";
import { FaultHead } from "./FaultHead.tsx";
import { FaultTable } from "./FaultTable.tsx";
import { LaterConnections } from "./LaterConnections.tsx";
import { useFaultRun } from "./useFaultRun.ts";

/** Every single fault at every call: what would the filter do if the host misbehaved there? */
export function FaultsView() {
  const view = useFaultRun();
  const isStale = view?.isStale ?? true;
  const module = useStore((state) => state.module);
  const runOnChange = useStore((state) => state.runOnChange);
  useEffect(() => stopFaults, []);
  useEffect(() => {
    if (!module || !isStale || (view && !runOnChange)) return;
    const timer = setTimeout(playFaults, view ? 600 : 0);
    return () => clearTimeout(timer);
  });
  const isDimmed = view?.isStale ?? false;
  return (
    <ResultFrame
      name="Faults"
      detailName="Fault details"
      className="faults"
      isStale={isDimmed}
      detail={view && <FaultDetail view={view} />}
      onKeyDown={(event) => {
        if (event.key === "Escape") stopFaults();
      }}
    >
      <FaultBar />
      {view?.run.status === "failed" && <Failure message={view.run.message ?? ""} />}
      {view && (
        <>
          <FaultHead view={view} />
          <div className={isDimmed ? "fault-results stale" : "fault-results"}>
            {view.rows.length > 0 && <FaultTable view={view} />}
            <LaterConnections view={view} />
          </div>
        </>
      )}
    </ResultFrame>
  );
}

/** Which connection is disturbed, what counts as right, and the button. */
function FaultBar() {
  const document = useStore((state) => state.document);
  const connection = useStore((state) => state.connection);
  const mayDefault = useFaults((state) => state.mayDefault);
  const isRunning = useFaults((state) => state.run?.status === "running");
  return (
    <div className="fault-bar">
      <p>
        <b className="mono">{document.connections[connection]?.source ?? "No connection"}</b>{" "}
        <span className="dim">one fault at a time, into every call of this connection</span>
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={!mayDefault}
          onChange={({ target }) => useFaults.getState().set({ mayDefault: !target.checked })}
        />
        tcp_proxy's own cluster is wrong, too
      </label>
      {isRunning ? (
        <button type="button" className="button" onClick={stopFaults}>
          Stop
        </button>
      ) : (
        <button type="button" className="button primary" onClick={playFaults}>
          Play again
        </button>
      )}
    </div>
  );
}

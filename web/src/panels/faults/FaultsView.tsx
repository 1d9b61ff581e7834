import "../../styles/faults.css";
import { useEffect } from "react";
import { playFaults, stopFaults } from "../../session/faults/faults.ts";
import { useFaults } from "../../state/faults.ts";
import { useStore } from "../../state/store.ts";
import { PaneBorder } from "../PaneBorder.tsx";
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
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  const staleClass = view?.isStale ? " stale" : "";
  return (
    <>
      <section
        className="centre faults"
        id="centre"
        tabIndex={0}
        aria-label="Faults"
        onPointerDown={closeDrawer}
        onKeyDown={(event) => {
          if (event.key === "Escape") stopFaults();
        }}
      >
        <FaultBar />
        {view?.run.status === "failed" && <Failure message={view.run.message ?? ""} />}
        {view && (
          <>
            <FaultHead view={view} />
            <div className={`fault-results${staleClass}`}>
              {view.rows.length > 0 && <FaultTable view={view} />}
              <LaterConnections view={view} />
            </div>
          </>
        )}
      </section>
      <PaneBorder name="inspector" />
      <section
        className={`inspector${staleClass}`}
        tabIndex={0}
        aria-label="Fault details"
        onPointerDown={closeDrawer}
      >
        {view && <FaultDetail view={view} />}
      </section>
    </>
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

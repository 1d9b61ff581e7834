import { useStore } from "../state/store.ts";
import { connectionOf, sentenceCase, unshownProblems } from "../state/problems.ts";
import { run } from "../session/playground.ts";
import { EnvoyForm } from "./EnvoyForm.tsx";
import { ConfigurationForm } from "./ConfigurationForm.tsx";
import { ConnectionForm } from "./ConnectionForm.tsx";
import { ConnectionList } from "./ConnectionList.tsx";
import { ModuleButton } from "./ModuleButton.tsx";
import { OpenModule } from "./OpenModule.tsx";
import { Presets } from "./Presets.tsx";

/** Everything that goes into a run. */
export function ScenarioPanel() {
  const runOnChange = useStore((state) => state.runOnChange);
  const set = useStore((state) => state.set);
  return (
    <>
      <div className="pane-head">
        <h2>Scenario</h2>
        <span className="grow" />
        <label className="check">
          <input
            type="checkbox"
            checked={runOnChange}
            onChange={(event) => set({ runOnChange: event.target.checked })}
          />
          Run on change
        </label>
        <button type="button" className="button primary small" title="Ctrl Enter" onClick={run}>
          Run
        </button>
      </div>
      <Problems />
      <section className="section" aria-label="Connections">
        <ConnectionList />
        <ConnectionForm />
      </section>
      <ConfigurationForm />
      <EnvoyForm />
      <Presets />
      <div className="section about">
        <ModuleButton />
        <OpenModule />
        <p className="note">
          Simulates Envoy 1.40.{" "}
          <button type="button" className="link" onClick={() => set({ dialog: "modelled" })}>
            What is modelled
          </button>
        </p>
      </div>
    </>
  );
}

/** Problems that no field below shows, such as those of another connection. */
function Problems() {
  const problems = useStore((state) => state.problems);
  const document = useStore((state) => state.document);
  const connection = useStore((state) => state.connection);
  const selectConnection = useStore((state) => state.selectConnection);
  const unshown = unshownProblems(problems, connection, Object.keys(document.clusters));
  if (unshown.length === 0) return null;
  return (
    <ul className="alert" aria-label="Problems of the scenario">
      {unshown.map((problem) => {
        const index = connectionOf(problem);
        const other = index === undefined ? undefined : document.connections[index];
        return (
          <li key={`${problem.path} ${problem.message}`} className="note">
            {other && index !== undefined && index !== connection ? (
              <button type="button" className="link" onClick={() => selectConnection(index)}>
                {other.source || `Connection ${index + 1}`}
              </button>
            ) : (
              <code>{problem.path}</code>
            )}
            : {sentenceCase(problem.message)}
          </li>
        );
      })}
    </ul>
  );
}

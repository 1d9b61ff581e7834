import { lazy, Suspense, useState } from "react";
import { JSON_TEXT, useStore } from "../state/store.ts";
import { connectionOf, sentenceCase, unshownProblems } from "../state/problems.ts";
import { redo, run, undo } from "../session/playground.ts";
import { EnvoyForm } from "./EnvoyForm.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { ConfigurationForm } from "./ConfigurationForm.tsx";
import { ConnectionForm } from "./ConnectionForm.tsx";
import { ConnectionList } from "./ConnectionList.tsx";
import { ModuleButton } from "./ModuleButton.tsx";
import { OpenModule } from "./OpenModule.tsx";
import { Presets } from "./Presets.tsx";

// Loaded when asked for; they are no part of the first decision.
const JsonPane = lazy(async () => ({
  default: (await import("./scenario/JsonPane.tsx")).JsonPane,
}));
const ScenarioFiles = lazy(async () => ({
  default: (await import("./scenario/ScenarioFiles.tsx")).ScenarioFiles,
}));
const UnreadText = lazy(async () => ({
  default: (await import("./scenario/UnreadText.tsx")).UnreadText,
}));

/** Everything that goes into a run. */
export function ScenarioPanel() {
  const runOnChange = useStore((state) => state.runOnChange);
  const editor = useStore((state) => state.editor);
  const isUnread = useStore((state) => JSON_TEXT in state.drafts);
  const set = useStore((state) => state.set);
  return (
    <div className="scenario-frame" data-editor={editor}>
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
      <Tools />
      <ErrorBoundary key={editor}>
        <Suspense fallback={null}>
          {editor === "json" ? <JsonPane /> : isUnread ? <UnreadText /> : <Form />}
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}

/** How the scenario is edited, what was done to it, and its files. */
function Tools() {
  const editor = useStore((state) => state.editor);
  const isUnread = useStore((state) => JSON_TEXT in state.drafts);
  const canUndo = useStore((state) => state.past.length > 0);
  const canRedo = useStore((state) => state.future.length > 0);
  const [hasFiles, setHasFiles] = useState(false);
  return (
    <>
      <div className="pane-tools">
        <div className="segmented" role="group" aria-label="Edit the scenario as">
          {(["form", "json"] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={editor === name}
              onClick={() => useStore.getState().set({ editor: name })}
            >
              {name === "form" ? "Form" : "JSON"}
            </button>
          ))}
        </div>
        <Step name="Undo" keys="Ctrl Z" isPossible={canUndo && !isUnread} onClick={undo} />
        <Step name="Redo" keys="Ctrl Shift Z" isPossible={canRedo && !isUnread} onClick={redo} />
        <span className="grow" />
        <button
          type="button"
          className="link"
          aria-expanded={hasFiles}
          onClick={() => setHasFiles(!hasFiles)}
        >
          Files
        </button>
      </div>
      {hasFiles && (
        <ErrorBoundary>
          <Suspense fallback={null}>
            <ScenarioFiles />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  );
}

function Step(props: {
  readonly name: "Undo" | "Redo";
  readonly keys: string;
  readonly isPossible: boolean;
  readonly onClick: () => void;
}) {
  const { name, keys, isPossible, onClick } = props;
  return (
    <button
      type="button"
      className="button quiet icon small"
      aria-label={name}
      title={`${name} (${keys})`}
      // Not disabled: the focus would be lost with the last step.
      aria-disabled={!isPossible}
      onClick={onClick}
    >
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        aria-hidden="true"
        transform={name === "Redo" ? "scale(-1 1)" : undefined}
      >
        <path
          d="M5 2.5 2 5.5l3 3M2.5 5.5h5.7a3 3 0 0 1 0 6H5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
        />
      </svg>
    </button>
  );
}

/** The scenario as forms. */
function Form() {
  const set = useStore((state) => state.set);
  return (
    <>
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

import "../../styles/scenarioFiles.css";
import { useRef, useState } from "react";
import type { ScenarioDocument } from "wasmerang";
import {
  openRecent,
  openScenario,
  recentWork,
  saveScenario,
} from "../../session/scenario/files.ts";
import { useStore } from "../../state/store.ts";

/** Scenarios from and to files, and those that this browser remembers. */
export function ScenarioFiles() {
  const input = useRef<HTMLInputElement>(null);
  const isUnread = useStore(
    (state) => state.problems.length + Object.keys(state.drafts).length > 0,
  );
  const [recent] = useState(recentWork);
  return (
    <section className="section files" aria-label="Files">
      <div className="choices">
        <button type="button" className="button small" onClick={() => input.current?.click()}>
          Open…
        </button>
        <button
          type="button"
          className="button small"
          disabled={isUnread}
          title={isUnread ? "The scenario has an error" : "For wasmerang run, tests and examples"}
          onClick={saveScenario}
        >
          Save as a file
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,application/json"
          aria-label="Scenario file"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) void openScenario(file);
            target.value = "";
          }}
        />
      </div>
      <p className="note">
        A file is what <code>wasmerang run</code> takes. It can be dropped anywhere on the page.
      </p>
      {recent.length > 0 && (
        <>
          <h3 id="recent-title">Recent, in this browser</h3>
          <ul className="presets" aria-labelledby="recent-title">
            {recent.map((document, index) => (
              <li key={index}>
                <button type="button" className="preset" onClick={() => void openRecent(document)}>
                  <span className="clip">{nameOf(document)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Its own name, or what it begins with. */
function nameOf({ name, connections }: ScenarioDocument): string {
  if (name) return name;
  const [first] = connections;
  if (!first) return "No connections";
  const others = connections.length - 1;
  return `${first.source}${others > 0 ? ` and ${others} more` : ""}`;
}

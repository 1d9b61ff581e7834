import "../../styles/scenarioFiles.css";
import { useRef, useState } from "react";
import type { ScenarioDocument } from "wasmerang";
import {
  leftUnfinished,
  openRecent,
  openScenario,
  openUnfinished,
  recentWork,
  saveScenario,
} from "../../session/scenario/files.ts";
import { JSON_TEXT, useStore } from "../../state/store.ts";

/** Scenarios from and to files, and those that this browser remembers. */
export function ScenarioFiles() {
  const input = useRef<HTMLInputElement>(null);
  const isUnread = useStore(
    (state) => state.problems.length + Object.keys(state.drafts).length > 0,
  );
  const [recent] = useState(recentWork);
  const [left, setLeft] = useState(leftUnfinished);
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
      {left.length > 0 && (
        <>
          <h3 id="left-title">Not finished, in this browser</h3>
          <ul className="presets" aria-labelledby="left-title">
            {left.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  className="preset"
                  onClick={() => {
                    openUnfinished(entry);
                    setLeft(leftUnfinished());
                  }}
                >
                  <span className="clip">{typedIn(entry)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
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

/** What was typed, as far as a line holds it. */
function typedIn({ drafts, document }: ReturnType<typeof leftUnfinished>[number]): string {
  const text = drafts[JSON_TEXT] ?? Object.values(drafts)[0];
  return text?.replaceAll(/\s+/g, " ").slice(0, 200) || nameOf(document);
}

/** Its own name, or what it begins with. */
function nameOf({ name, connections }: ScenarioDocument): string {
  if (name) return name;
  const [first] = connections;
  if (!first) return "No connections";
  const others = connections.length - 1;
  return `${first.source}${others > 0 ? ` and ${others} more` : ""}`;
}

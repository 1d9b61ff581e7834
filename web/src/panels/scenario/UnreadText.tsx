import { useEffect, useState } from "react";
import { checkText, dropText, type TextProblem } from "../../session/scenario/jsonText.ts";
import { lineAt } from "../../session/scenario/files.ts";
import { sentenceCase } from "../../state/problems.ts";
import { JSON_TEXT, useStore } from "../../state/store.ts";

/** In place of the form, while the JSON is no scenario: a form of the one before would be another. */
export function UnreadText() {
  const text = useStore((state) => state.drafts[JSON_TEXT]) ?? "";
  const [problems, setProblems] = useState<readonly TextProblem[]>([]);
  useEffect(() => {
    let isGone = false;
    void checkText(text).then((found) => isGone || setProblems(found));
    return () => {
      isGone = true;
    };
  }, [text]);
  const [first] = problems;
  return (
    <section className="section" aria-label="The JSON is no scenario yet">
      <p>The JSON is no scenario yet, so there is no form of it.</p>
      {first && (
        <p className="note bad">
          {first.at === undefined ? first.path : `Line ${lineAt(text, first.at)}`}:{" "}
          {sentenceCase(first.message)}
          {problems.length > 1 && ` (and ${problems.length - 1} more)`}
        </p>
      )}
      <p className="choices">
        <button
          type="button"
          className="button primary"
          onClick={() => useStore.getState().set({ editor: "json" })}
        >
          Mend the JSON
        </button>
        <button type="button" className="button" onClick={dropText}>
          Drop it
        </button>
      </p>
      <p className="note">Dropping it brings back the last scenario that could be read.</p>
    </section>
  );
}

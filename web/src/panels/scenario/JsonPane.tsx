import "../../styles/scenarioJson.css";
import type { EditorView } from "@codemirror/view";
import { useEffect, useRef, useState } from "react";
import {
  currentText,
  dropText,
  isTextOf,
  keepText,
  readText,
} from "../../session/scenario/jsonText.ts";
import { sentenceCase } from "../../state/problems.ts";
import { JSON_TEXT, useStore } from "../../state/store.ts";
import { makeEditor, markProblems, showText, type PlacedProblem } from "./scenarioEditor.ts";

/** Typing pauses this long before the text is read. */
const TYPING_MS = 150;

/** The scenario as a text: the same document as the form's. */
export function JsonPane() {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const [problems, setProblems] = useState<readonly PlacedProblem[]>([]);
  const isUnread = useStore((state) => JSON_TEXT in state.drafts);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let typing: ReturnType<typeof setTimeout> | undefined;
    // What the editor shows; a change of it that is not the user's is no typing.
    let shown = currentText();
    async function read(text: string) {
      const found = await readText(text);
      if (found === undefined || editor.current !== view) return;
      setProblems(markProblems(view, found));
    }
    function show() {
      const text = currentText();
      const { document, drafts } = useStore.getState();
      const isSame = !(JSON_TEXT in drafts) && isTextOf(shown, document);
      if (text === shown || isSame) return;
      shown = text;
      showText(view, text);
      // A text from elsewhere, such as a file, is read as typing is.
      if (JSON_TEXT in drafts) void read(text);
      else setProblems(markProblems(view, []));
    }
    const view = makeEditor(element, shown, (text) => {
      if (text === shown) return;
      shown = text;
      keepText(text);
      clearTimeout(typing);
      typing = setTimeout(() => void read(text), TYPING_MS);
    });
    editor.current = view;
    // A scenario that the form left with an error is shown with it.
    keepText(shown);
    void read(shown);
    const stop = useStore.subscribe(show);
    return () => {
      stop();
      clearTimeout(typing);
      // What was typed last is read without the editor.
      void readText(shown);
      editor.current = undefined;
      view.destroy();
    };
  }, []);

  function goTo({ from }: PlacedProblem) {
    const view = editor.current;
    if (!view) return;
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  }
  return (
    <div className="json">
      <div className="json-editor text-editor" ref={host} />
      {problems.length > 0 && (
        <section className="alert json-problems" aria-label="Problems of the JSON">
          <ul>
            {problems.map((problem) => (
              <li key={`${problem.path} ${problem.message}`} className="note">
                <button type="button" className="link" onClick={() => goTo(problem)}>
                  Line {problem.line}
                </button>
                {problem.path !== "$" && (
                  <>
                    {" "}
                    <code>{problem.path}</code>
                  </>
                )}
                : {sentenceCase(problem.message)}
              </li>
            ))}
          </ul>
          {isUnread && (
            <p className="note">
              The last scenario that could be read stays.{" "}
              <button type="button" className="link" onClick={dropText}>
                Back to it
                <span className="hidden"> and drop this text</span>
              </button>
            </p>
          )}
        </section>
      )}
    </div>
  );
}

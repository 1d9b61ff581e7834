/** The text editor of the scenario's JSON: CodeMirror with what it needs here. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  ensureSyntaxTree,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { completeScenario } from "../../session/scenario/jsonCompletion.ts";
import { placeOf } from "../../session/scenario/jsonPlaces.ts";
import type { TextProblem } from "../../session/scenario/jsonText.ts";
import { editorTheme } from "./editorTheme.ts";

/** A text of megabytes is read as far as this allows. */
const PARSE_MS = 500;

/**
 * Makes the editor inside of a shadow root: there CodeMirror adopts its style sheets, which the
 * page's content security policy allows, instead of adding style elements, which it does not.
 */
export function makeEditor(
  host: HTMLElement,
  text: string,
  onChange: (text: string) => void,
): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  return new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        json(),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: [completeScenario], icons: false }),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([
          ...closeBracketsKeymap,
          // Ctrl Enter runs, here as everywhere.
          ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": "Scenario as JSON", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        editorTheme,
      ],
    }),
  });
}

/** A problem with its place in the text. */
export interface PlacedProblem extends TextProblem {
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly line: number;
}

/** Marks problems at their places, and answers these in the order of the text. */
export function markProblems(
  view: EditorView,
  problems: readonly TextProblem[],
): readonly PlacedProblem[] {
  const { doc } = view.state;
  const placed = problems.map((problem) => {
    const range = rangeOf(view, problem);
    return { ...problem, ...range, line: doc.lineAt(range.from).number };
  });
  placed.sort((one, other) => one.from - other.from);
  const diagnostics = placed.map(({ from, to, path, message }): Diagnostic => ({
    from,
    to,
    severity: "error",
    message: `${path === "$" ? "" : `${path}: `}${message}`,
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
  return placed;
}

function rangeOf({ state }: EditorView, { at, path, message }: TextProblem) {
  const text = state.doc.toString();
  if (at === undefined) {
    const tree = ensureSyntaxTree(state, text.length, PARSE_MS) ?? syntaxTree(state);
    return placeOf(tree, text, path, message);
  }
  const from = Math.min(at, Math.max(0, text.length - 1));
  return { from, to: Math.min(from + 1, text.length) };
}

/** Puts another text in place, unless it is there; the cursor stays where it can. */
export function showText(view: EditorView, text: string): void {
  const { doc, selection } = view.state;
  if (doc.toString() === text) return;
  const anchor = Math.min(selection.main.anchor, text.length);
  view.dispatch({
    changes: { from: 0, to: doc.length, insert: text },
    selection: { anchor },
  });
}

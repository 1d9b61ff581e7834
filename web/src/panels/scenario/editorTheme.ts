/** The editor in the page's colours, which reach into its shadow root as custom properties. */
import { EditorView } from "@codemirror/view";

export const editorTheme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--pane)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "12px", lineHeight: "18px" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    color: "var(--ink3)",
    backgroundColor: "var(--sunk)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--sunk)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "light-dark(#bfe0dc, #1f4a46)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--line2)",
  },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-lint-marker": { width: "10px", height: "10px", padding: "4px 2px" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad)",
    textUnderlineOffset: "2px",
  },
  ".cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--pane)",
    border: "1px solid var(--line2)",
    borderRadius: "4px",
    fontSize: "12px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "18px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "var(--pane)",
    backgroundColor: "var(--accent)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--ink3)" },
  "li[aria-selected] .cm-completionDetail": { color: "var(--pane)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)", padding: "4px 8px" },
  // The names that classHighlighter gives to parts of JSON.
  ".tok-propertyName": { color: "var(--accent)" },
  ".tok-string": { color: "var(--ink)" },
  ".tok-number, .tok-bool, .tok-null": { color: "var(--r1)" },
  ".tok-punctuation": { color: "var(--ink3)" },
});

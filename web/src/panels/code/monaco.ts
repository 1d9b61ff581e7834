/** Monaco with what a few files of AssemblyScript need. Loaded when the Code view opens. */
// Single features lean on services that others register, which shows only when one is used.
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/typescript/register";
import * as monaco from "monaco-editor/editor/editor.api";
import * as typescript from "monaco-editor/languages/features/typescript/register";
import EditorWorker from "monaco-editor/editor/editor.worker?worker";
import TypeScriptWorker from "monaco-editor/languages/features/typescript/ts.worker?worker";
import types from "../../../../node_modules/assemblyscript/std/assembly/index.d.ts?raw";

export { monaco };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => (label === "typescript" ? new TypeScriptWorker() : new EditorWorker()),
};

const { typescriptDefaults: defaults } = typescript;
// Completion and hover come from TypeScript, which takes AssemblyScript for wrong in many places:
// what is right and wrong, the compiler says.
defaults.setDiagnosticsOptions({
  noSemanticValidation: true,
  noSyntaxValidation: true,
  noSuggestionDiagnostics: true,
});
defaults.setCompilerOptions({
  target: typescript.ScriptTarget.ESNext,
  module: typescript.ModuleKind.ESNext,
  moduleResolution: typescript.ModuleResolutionKind.NodeJs,
  experimentalDecorators: true,
  noLib: true,
  types: [],
});
defaults.addExtraLib(types, "file:///node_modules/assemblyscript/std/assembly/index.d.ts");
defaults.setEagerModelSync(true);

const surfaces = {
  "editor.background": "--pane",
  "editor.foreground": "--ink",
  "editorLineNumber.foreground": "--ink3",
  "editorLineNumber.activeForeground": "--ink",
  "editorCursor.foreground": "--ink",
  "editor.selectionBackground": "--accent-bg",
  "editor.inactiveSelectionBackground": "--hover",
  "editor.lineHighlightBackground": "--sunk",
  "editor.lineHighlightBorder": "--pane",
  "editor.wordHighlightBackground": "--hover",
  "editor.wordHighlightStrongBackground": "--hover",
  "editorBracketMatch.background": "--hover",
  "editorBracketMatch.border": "--line2",
  "editorIndentGuide.background1": "--line",
  "editorWidget.background": "--chrome",
  "editorWidget.foreground": "--ink",
  "editorWidget.border": "--line2",
  "editorSuggestWidget.background": "--chrome",
  "editorSuggestWidget.foreground": "--ink",
  "editorSuggestWidget.selectedBackground": "--accent-bg",
  "editorSuggestWidget.selectedForeground": "--ink",
  "editorSuggestWidget.highlightForeground": "--accent",
  "editorSuggestWidget.focusHighlightForeground": "--accent",
  "editorHoverWidget.background": "--chrome",
  "editorHoverWidget.foreground": "--ink",
  "editorHoverWidget.border": "--line2",
  "list.hoverBackground": "--hover",
  "list.activeSelectionBackground": "--accent-bg",
  "list.activeSelectionForeground": "--ink",
  "input.background": "--pane",
  "input.foreground": "--ink",
  "input.border": "--line2",
  "menu.background": "--chrome",
  "menu.foreground": "--ink",
  "menu.selectionBackground": "--accent-bg",
  "menu.selectionForeground": "--ink",
  "textLink.foreground": "--accent",
  "editorError.foreground": "--bad",
  "editorWarning.foreground": "--r2",
  focusBorder: "--accent",
} as const;

const syntax = {
  "": "--ink",
  comment: "--ink3",
  keyword: "--r3",
  string: "--r2",
  "string.escape": "--r2",
  number: "--r1",
  "type.identifier": "--r1",
  regexp: "--r2",
  delimiter: "--ink2",
} as const;

/** Puts the page's colours, as they are now, into the editor. */
export function applyTheme(isDark: boolean): void {
  const probe = document.createElement("span");
  document.body.append(probe);
  const hex = (token: string) => {
    probe.style.color = `var(${token})`;
    const numbers = getComputedStyle(probe).color.match(/\d+/g) ?? [];
    return numbers.map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  };
  const colors = Object.entries(surfaces).map(([name, token]) => [name, `#${hex(token)}`]);
  const rules = Object.entries(syntax).map(([token, name]) => ({ token, foreground: hex(name) }));
  probe.remove();
  monaco.editor.defineTheme("page", {
    base: isDark ? "vs-dark" : "vs",
    inherit: true,
    rules,
    colors: Object.fromEntries(colors),
  });
  monaco.editor.setTheme("page");
}

/** One text model for each source file, made once, so that its undo history outlives the view. */
import type { editor } from "monaco-editor/editor/editor.api";
import { edit, shipped, textOf } from "../../session/code/code.ts";
import { useCode, type Diagnostic } from "../../state/code.ts";
import { monaco } from "./monaco.ts";

const models = new Map<string, editor.ITextModel>();
/** The store is the source of what is being put into a model. */
let isFollowing = false;

/** Makes the models of all files, so that completion and hover know them, and keeps them current. */
function makeModels(): void {
  for (const path of Object.keys(shipped)) {
    const uri = monaco.Uri.parse(`file:///${path}`);
    const model = monaco.editor.createModel(textOf(path), "typescript", uri);
    model.updateOptions({ tabSize: 2 });
    model.onDidChangeContent(() => {
      if (!isFollowing) edit(path, model.getValue());
    });
    models.set(path, model);
  }
  useCode.subscribe(({ changes, diagnostics }, before) => {
    if (changes !== before.changes) followChanges();
    if (diagnostics !== before.diagnostics) mark(diagnostics);
  });
  mark(useCode.getState().diagnostics);
}

export function modelOf(path: string): editor.ITextModel | undefined {
  if (models.size === 0) makeModels();
  return models.get(path);
}

/** The path of a model's file. */
export function pathOf(model: editor.ITextModel): string {
  return model.uri.path.slice(1);
}

/** Texts that did not change by typing: reset, another starting point, a link. Undo brings them back. */
function followChanges(): void {
  isFollowing = true;
  for (const [path, model] of models) {
    const text = textOf(path);
    if (model.getValue() === text) continue;
    model.pushStackElement();
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    model.pushStackElement();
  }
  isFollowing = false;
}

function mark(diagnostics: readonly Diagnostic[]): void {
  const { Error, Warning, Info } = monaco.MarkerSeverity;
  const severities = { error: Error, warning: Warning, info: Info, pedantic: Info };
  for (const [path, model] of models) {
    const markers = diagnostics.flatMap(({ at, severity, code, message }) =>
      at?.file === path
        ? [
            {
              severity: severities[severity],
              message,
              code: `AS${code}`,
              startLineNumber: at.from.line,
              startColumn: at.from.column,
              endLineNumber: at.to.line,
              endColumn: at.to.column,
            },
          ]
        : [],
    );
    monaco.editor.setModelMarkers(model, "asc", markers);
  }
}

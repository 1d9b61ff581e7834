import { useEffect, useRef } from "react";
import type { TraceEvent } from "wasmerang";
import type { editor } from "monaco-editor/editor/editor.api";
import { build, isLibrary } from "../../session/code/code.ts";
import { goTo, isDark } from "../../session/playground.ts";
import { useCode } from "../../state/code.ts";
import { useStore } from "../../state/store.ts";
import { clusterMarks } from "../../trace/clusterMarks.ts";
import { connectionId, connectionState } from "../../trace/connections.ts";
import { eventAt } from "../../trace/memoize.ts";
import { callsByLine, sourceOf, stackOf } from "../../trace/sourceLines.ts";
import { lineMarks, shownCall } from "./lineMarks.ts";
import { modelOf, pathOf } from "./models.ts";
import { applyTheme, monaco } from "./monaco.ts";

/** Where each file was scrolled to when another one was opened. */
const viewStates = new Map<string, editor.ICodeEditorViewState | null>();

/** The editor of the open file. React gives it room; all else goes through the stores. */
export function Editor() {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => (frame.current ? startEditor(frame.current) : undefined), []);
  return <div className="editor" ref={frame} />;
}

/** Makes the editor; the answer removes it. */
function startEditor(frame: HTMLElement): () => void {
  applyTheme(isDark(useStore.getState().theme));
  const view = monaco.editor.create(frame, {
    ...options,
    model: modelOf(useCode.getState().file) ?? null,
  });
  const marks = view.createDecorationsCollection();
  const showMarks = () => {
    const { run, connection } = useStore.getState();
    const looked = { file: useCode.getState().file, connection, selected: shownEvent()?.seq };
    // Lines of other sources than these would be the wrong ones.
    const isTheirs = run?.module?.entry === useCode.getState().entry;
    marks.set(run && isTheirs ? lineMarks(run, looked) : []);
  };
  let isFirstLook = viewStates.size === 0;
  const openFile = (path: string) => {
    const before = view.getModel();
    if (before) viewStates.set(pathOf(before), view.saveViewState());
    view.setModel(modelOf(path) ?? null);
    view.restoreViewState(viewStates.get(path) ?? null);
    view.updateOptions({ readOnly: isLibrary(path) });
  };
  const revealWanted = () => {
    const { reveal, file, set } = useCode.getState();
    if (reveal?.file !== file) return;
    view.setPosition({ lineNumber: reveal.at.line, column: reveal.at.column });
    view.revealLineInCenterIfOutsideViewport(reveal.at.line);
    view.focus();
    set({ reveal: undefined });
  };

  view.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => void build());
  // Tab indents, so that leaving by keyboard needs a key of its own.
  view.addCommand(
    monaco.KeyCode.Escape,
    () => document.getElementById("code-file")?.focus(),
    "!suggestWidgetVisible && !findWidgetVisible && !parameterHintsVisible && !inSnippetMode && !editorHasMultipleSelections && !messageVisible && !markersNavigationVisible && !editorHasSelection",
  );
  view.onMouseDown(({ target }) => {
    const line = target.position?.lineNumber;
    if (line !== undefined) selectCallOf(line);
  });
  view.onDidChangeCursorPosition(({ position, reason }) => {
    const isExplicit = reason === monaco.editor.CursorChangeReason.Explicit;
    if (isExplicit) useCode.getState().set({ line: position.lineNumber });
  });

  // Where a declaration is in another file: the editor itself knows of no tabs.
  const opener = monaco.editor.registerEditorOpener({
    openCodeEditor(_from, { path }, at) {
      const file = path.slice(1);
      if (!modelOf(file)) return false;
      const { lineNumber: line, column } =
        at && "startLineNumber" in at
          ? { lineNumber: at.startLineNumber, column: at.startColumn }
          : (at ?? { lineNumber: 1, column: 1 });
      useCode.getState().set({ file, line, reveal: { file, at: { line, column } } });
      return true;
    },
  });

  /** Once, when the run tells lines: the open file's part in the selected call, not its imports. */
  const lookFirst = () => {
    if (!isFirstLook) return;
    const { run } = useStore.getState();
    const { entry, file } = useCode.getState();
    const event = shownEvent();
    if (!run || !event || run.module?.entry !== entry) return;
    const at = stackOf(run, event).find((position) => position.file === file);
    if (!at) return;
    isFirstLook = false;
    if (!view.hasTextFocus()) view.revealLineInCenterIfOutsideViewport(at.line);
  };

  openFile(useCode.getState().file);
  showMarks();
  revealWanted();
  lookFirst();
  const stopCode = useCode.subscribe((state, before) => {
    // Not the state that is passed: one listener may have changed it again before this one is called.
    const { file } = useCode.getState();
    const model = view.getModel();
    if (!model || pathOf(model) !== file) openFile(file);
    if (state.file !== before.file || state.entry !== before.entry) showMarks();
    if (state.reveal) revealWanted();
  });
  const stopRun = useStore.subscribe((state, before) => {
    const { selected, cursor, run, connection, theme } = state;
    const isOtherEvent = selected !== before.selected || cursor !== before.cursor;
    if (isOtherEvent) followEvent(view);
    else if (run !== before.run) lookFirst();
    if (isOtherEvent || run !== before.run || connection !== before.connection) showMarks();
    if (theme !== before.theme) applyTheme(isDark(theme));
  });
  const system = matchMedia("(prefers-color-scheme: dark)");
  const followSystem = () => applyTheme(isDark(useStore.getState().theme));
  system.addEventListener("change", followSystem);
  return () => {
    const model = view.getModel();
    if (model) viewStates.set(pathOf(model), view.saveViewState());
    opener.dispose();
    stopCode();
    stopRun();
    system.removeEventListener("change", followSystem);
    view.dispose();
  };
}

const options: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  ariaLabel: "Source. Escape leaves the editor.",
  // A text area, which every assistive technology knows.
  editContext: false,
  fontFamily: "Page Mono, Latin Mono, ui-monospace, monospace",
  fontSize: 12.5,
  lineHeight: 18,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  // Popups must not be cut off by the panes.
  fixedOverflowWidgets: true,
  wordBasedSuggestions: "off",
  padding: { top: 8, bottom: 8 },
  folding: true,
  stickyScroll: { enabled: false },
  lineNumbersMinChars: 4,
  tabSize: 2,
};

/** Selects the call that a line made, if it made one. */
function selectCallOf(line: number): void {
  const { run, selected, connection } = useStore.getState();
  const { file, entry } = useCode.getState();
  if (!run || run.module?.entry !== entry) return;
  const calls = callsByLine(run, file).get(line) ?? [];
  const call = shownCall(calls, selected, connectionId(run.document, connection));
  if (call) goTo(call.seq);
}

/** The selected event, or else the one that decides, as everywhere in the page. */
function shownEvent(): TraceEvent | undefined {
  const { run, selected, cursor, connection } = useStore.getState();
  if (!run) return undefined;
  const { events, document } = run;
  const id = connectionId(document, connection) ?? "";
  return (
    eventAt(events, selected ?? cursor) ??
    connectionState(events, id, clusterMarks(document)).deciding
  );
}

/** Shows the line of the selected event, which may be in another file. */
function followEvent(view: editor.IStandaloneCodeEditor): void {
  const { run } = useStore.getState();
  const event = shownEvent();
  const { entry, file, set } = useCode.getState();
  if (!run || !event || run.module?.entry !== entry) return;
  const at = sourceOf(run, event);
  if (!at || !modelOf(at.file)) return;
  // A click on a line of a caller has chosen that line.
  const isOnStack = view.hasTextFocus() && at.file !== file;
  if (isOnStack) return;
  if (at.file !== file) set({ file: at.file });
  view.revealLineInCenterIfOutsideViewport(at.line);
}

/** Formats the open file. */
export async function format(): Promise<void> {
  const model = modelOf(useCode.getState().file);
  const view = monaco.editor.getEditors().find((it) => it.getModel() === model);
  await view?.getAction("editor.action.formatDocument")?.run();
}

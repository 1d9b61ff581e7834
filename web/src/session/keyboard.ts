/** The keys of the page. Panels with keys of their own (tabs, lists, sliders) stop theirs first. */
import { flushSync } from "react-dom";
import { useStore } from "../state/store.ts";
import { views } from "../state/views.ts";
import { textFieldOf, redo, undo } from "./history.ts";
import { toggleTheme } from "./preferences.ts";
import { run } from "./run.ts";
import {
  moveToDecidingCall,
  moveToEdge,
  moveToFailure,
  movePlayhead,
  nextConnection,
  step,
  stepRow,
  togglePlay,
} from "./stepping.ts";

type Keys = Readonly<Record<string, () => void>>;

/** Single keys, which the user can turn off. They act in every view. */
const pageKeys: Keys = {
  ...Object.fromEntries(
    views.map(({ id }, index) => [String(index + 1), () => useStore.getState().set({ view: id })]),
  ),
  t: toggleTheme,
  "?": () => useStore.getState().set({ dialog: "keys" }),
};

/** The same for the views that show the run: trace and code. `Shift+` is spelled out. */
const traceKeys: Keys = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  "Shift+ArrowRight": () => step(1, "over"),
  "Shift+ArrowLeft": () => step(-1, "over"),
  "Shift+ArrowUp": () => step(1, "out"),
  "Shift+ArrowDown": () => step(1),
  ArrowDown: () => stepRow(1),
  ArrowUp: () => stepRow(-1),
  " ": togglePlay,
  Home: () => moveToEdge("first"),
  End: () => moveToEdge("last"),
  d: moveToDecidingCall,
  f: moveToFailure,
  "[": () => nextConnection(-1),
  "]": () => nextConnection(1),
  "/": searchTrace,
};

/** Starts listening for keys. */
export function listenForKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || useStore.getState().dialog) return;
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionFor(event: KeyboardEvent): (() => void) | undefined {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return run;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) return historyAction(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "Escape") return escape;
  if (!useStore.getState().shortcuts || usesKeysItself(event)) return undefined;
  // Letters act whatever Shift and CapsLock say; "?" and brackets need Shift on some keyboards.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = event.shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key;
  const { view } = useStore.getState();
  return pageKeys[name] ?? (view === "trace" || view === "code" ? traceKeys[name] : undefined);
}

/** Text fields undo their own typing. */
function historyAction({ target, key, shiftKey }: KeyboardEvent): (() => void) | undefined {
  if (target instanceof Element && textFieldOf(target)) return undefined;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? redo : undo;
  return letter === "y" && !shiftKey ? redo : undefined;
}

function searchTrace(): void {
  // Shown at once: letters that are typed before the field has the focus would be taken for keys.
  flushSync(() => useStore.getState().set({ view: "trace", tab: "trace", pane: "trace" }));
  document.getElementById("trace-search")?.focus();
}

function escape(): void {
  const { drawer, view, set } = useStore.getState();
  if (drawer) set({ drawer: false });
  else if (view === "trace" || view === "code") movePlayhead(undefined);
}

/** Fields take every key; buttons and links take Space. */
function usesKeysItself({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (textFieldOf(target) || target.closest("select")) return true;
  return key === " " && target.closest("button, a, input, summary, [role=slider]") !== null;
}

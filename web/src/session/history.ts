/** Undo and redo of everything that changes the scenario, whoever changed it. */
import { JSON_TEXT, useStore } from "../state/store.ts";

const MOST = 200;

/** The text field of the input event that is being handled. */
let typedIn: Element | undefined;
/** The one whose typing made the last step: more typing there belongs to the same step. */
let field: Element | undefined;
let isMoving = false;

const TEXT_FIELDS =
  "textarea, [contenteditable=true], [role=textbox], .text-editor, input:not([type=checkbox], [type=radio])";

/** The field that an element belongs to, if it takes text and undoes its own typing. */
export const textFieldOf = (element: Element | null) => element?.closest(TEXT_FIELDS) ?? undefined;

/** Starts to note each change. Called when the first scenario is in place. */
export function keepHistory(): void {
  useStore.subscribe(({ document: now, past, set }, { document: before }) => {
    if (now === before || isMoving) return;
    const isSameStep = typedIn !== undefined && typedIn === field;
    field = typedIn;
    set({ past: isSameStep ? past : [...past, before].slice(-MOST), future: [] });
  });
  const note = ({ target }: Event) => (typedIn = textFieldOf(target as Element | null));
  // React handles the event between the two.
  addEventListener("input", note, true);
  addEventListener("input", () => (typedIn = undefined));
  addEventListener("focusout", () => (field = undefined));
}

export const undo = () => move("past", "future");
export const redo = () => move("future", "past");

function move(from: "past" | "future", to: "past" | "future"): void {
  const state = useStore.getState();
  const now = JSON.stringify(state.document);
  // Typing that was taken back by hand is a step without a change.
  const at = state[from].findLastIndex((document) => JSON.stringify(document) !== now);
  const target = state[from][at];
  // A text that cannot be read yet would be lost.
  if (!target || JSON_TEXT in state.drafts) return;
  isMoving = true;
  state.set({ [from]: state[from].slice(0, at), [to]: [...state[to], state.document] });
  state.restore(target);
  isMoving = false;
  field = undefined;
}

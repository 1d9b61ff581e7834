import "../styles/dialogs.css";
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { views } from "../state/views.ts";
import { LongLink } from "./LongLink.tsx";
import { Modelled } from "./Modelled.tsx";
import { Tour } from "./tour/Tour.tsx";

/** It comes with all sources. */
const Gallery = lazy(async () => ({ default: (await import("./code/Gallery.tsx")).Gallery }));

/** The dialogs of the page; this file is loaded when the first one opens. */
export function Dialogs() {
  const dialog = useStore((state) => state.dialog);
  if (dialog === "keys") return <KeyboardHelp />;
  if (dialog === "gallery") {
    return (
      <Dialog title="Starting points">
        <Suspense fallback={null}>
          <Gallery />
        </Suspense>
      </Dialog>
    );
  }
  if (dialog === "modelled") {
    return (
      <Dialog title="What is modelled" isWide>
        <Modelled />
      </Dialog>
    );
  }
  if (dialog === "longLink") {
    return (
      <Dialog title="Too long for a link">
        <LongLink />
      </Dialog>
    );
  }
  if (dialog === "tour") return <Tour />;
  return null;
}

function Dialog(props: {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  const { title, isWide = false, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  const close = () => useStore.getState().set({ dialog: undefined });
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
      className={isWide ? "wide" : undefined}
      aria-labelledby="dialog-title"
      onClose={close}
      onClick={({ target }) => target === element.current && close()}
    >
      <div className="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" className="button small" onClick={close}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}

const keys: readonly (readonly [readonly string[], string])[] = [
  [["→", "←"], "One event on or back, into calls (Shift ↓ as well)"],
  [["Shift →", "Shift ←"], "The same, stepping over what happens inside a call"],
  [["Shift ↑"], "On, out of the call around"],
  [["↑", "↓"], "The row above or below"],
  [["Space"], "Play and pause"],
  [["Home", "End"], "First and last event"],
  [["Esc"], "Show the whole run"],
  [["D"], "The call that decided"],
  [["F"], "The next event that failed"],
  [["[", "]"], "The connection before or after"],
  [["/"], "Search the trace"],
  [["Ctrl Enter"], "Run"],
  [["Ctrl Z", "Ctrl Y"], "Undo and redo what changed the scenario"],
  [
    views.map((_, index) => String(index + 1)),
    `Views: ${views.map(({ name }) => name).join(", ")}`,
  ],
  [["Enter"], "Sweep: open a block of the map, or make its address the scenario"],
  [["N", "Shift N"], "Compare: the next difference, or the one before"],
  [["T"], "Light or dark theme"],
  [["?"], "This list"],
];

function KeyboardHelp() {
  const shortcuts = useStore((state) => state.shortcuts);
  const set = useStore((state) => state.set);
  return (
    <Dialog title="Keyboard">
      <button type="button" className="button" onClick={() => set({ dialog: "tour" })}>
        Take the tour
      </button>
      <dl className="keys">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        They step in the Code view as well; Sweep and Compare have theirs in the map and the rows;
        in the other views, arrow keys scroll. Esc ends a sweep. Inside a field only Esc and Ctrl
        Enter act. Borders between panes take arrow keys, and Enter resets them.
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={({ target }) => set({ shortcuts: target.checked })}
        />
        Single keys act (Esc and Ctrl Enter always do)
      </label>
    </Dialog>
  );
}

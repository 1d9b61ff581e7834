import { useEffect, useRef, type ReactNode } from "react";
import { useStore } from "../state/store.ts";

/** The dialogs of the page; this file is loaded when the first one opens. */
export function Dialogs() {
  const dialog = useStore((state) => state.dialog);
  if (dialog === "keys") return <KeyboardHelp />;
  if (dialog === "modelled") return <Modelled />;
  return null;
}

function Dialog({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  const close = () => useStore.getState().set({ dialog: undefined });
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
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
  [["→", "←"], "One event on or back"],
  [["Shift →", "Shift ←"], "The same, stepping over what happens inside a call"],
  [["↑", "↓"], "The row above or below"],
  [["Space"], "Play and pause"],
  [["Home", "End"], "First and last event"],
  [["Esc"], "Show the whole run"],
  [["D"], "The call that decided"],
  [["[", "]"], "The connection before or after"],
  [["/"], "Search the trace"],
  [["Ctrl Enter"], "Run"],
  [["T"], "Light or dark theme"],
  [["?"], "This list"],
];

function KeyboardHelp() {
  const shortcuts = useStore((state) => state.shortcuts);
  const set = useStore((state) => state.set);
  return (
    <Dialog title="Keyboard">
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
        Inside a field only Esc and Ctrl Enter act. Borders between panes take arrow keys, and Enter
        resets them.
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

function Modelled() {
  return (
    <Dialog title="What is modelled">
      <p>
        The page runs the compiled filter against a proxy-wasm host that does what Envoy 1.40 does,
        call by call. Time is virtual and chance is seeded, so the same input gives the same trace.
      </p>
      <h3>Modelled</h3>
      <ul className="modelled">
        <li>
          Loading and linking of the module, its four VMs (base, canary, main thread, one worker),
          configuration accepted or refused.
        </li>
        <li>
          A TCP connection from accept to delete: data both ways, each way of closing, traps under
          each failure policy, one plugin or several in a chain.
        </li>
        <li>
          Properties with Envoy’s types and availability, <code>set_envoy_filter_state</code>, and
          tcp_proxy’s choice of the cluster with the response flags of the access log.
        </li>
      </ul>
      <h3>Not there yet</h3>
      <ul className="modelled">
        <li>Replies to HTTP and gRPC calls of a filter.</li>
        <li>
          On this page: editing the filter’s source, sweeping over address ranges, comparing runs,
          injecting faults, loading a module of your own, exporting configuration for Envoy.
        </li>
        <li>Real time: networks and hosts take no time but the delays of the scenario.</li>
      </ul>
      <p className="note">
        The source is open; parity tests in the repository play the same scenarios in real Envoy.
      </p>
    </Dialog>
  );
}

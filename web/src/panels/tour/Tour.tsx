import "../../styles/tour.css";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "../../state/store.ts";
import { useEventNumber, useRun } from "../useRun.ts";
import { placeBeside, type Place } from "./place.ts";
import { tourSteps } from "./steps.ts";

/** A few steps through the page as it is. Nothing waits for it, Esc ends it, and it changes nothing. */
export function Tour() {
  const run = useRun();
  const connection = useStore((state) => state.connection);
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState<Place>();
  const panel = useRef<HTMLDivElement>(null);
  const steps = tourSteps(run, connection, useEventNumber());
  const step = steps[at];
  const { target = "", pane = "flow" } = step ?? {};
  const isLast = at === steps.length - 1;

  const end = () => useStore.getState().set({ dialog: undefined, introDismissed: true });
  const move = (by: number) => setAt(Math.max(0, Math.min(steps.length - 1, at + by)));

  useEffect(() => {
    const before = document.activeElement;
    useStore.getState().set({ view: "trace", playing: false });
    panel.current?.focus();
    return () => {
      useStore.getState().set({ drawer: false });
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else document.getElementById("centre")?.focus();
    };
  }, []);

  useLayoutEffect(() => {
    // Medium screens have the scenario in a drawer, narrow ones show one pane at a time.
    useStore.getState().set({ pane, drawer: pane === "scenario" });
    let shown: Element | null = null;
    const show = () => {
      const element = document.querySelector(target);
      if (element !== shown) {
        shown?.removeAttribute("data-toured");
        element?.setAttribute("data-toured", "");
        shown = element;
      }
      if (panel.current) setPlace(placeBeside(element, panel.current));
    };
    // The pane is there when React has shown it.
    const frame = requestAnimationFrame(show);
    addEventListener("resize", show);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("resize", show);
      shown?.removeAttribute("data-toured");
    };
  }, [target, pane]);

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") end();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);

  if (!step) return null;
  return (
    <div
      ref={panel}
      className="tour"
      role="dialog"
      aria-labelledby="tour-title"
      aria-describedby="tour-text"
      tabIndex={-1}
      style={place}
      onKeyDown={({ key }) => {
        if (key === "ArrowRight") move(1);
        if (key === "ArrowLeft") move(-1);
      }}
    >
      <div aria-live="polite">
        <p className="note">
          {at + 1} of {steps.length}
        </p>
        <h2 id="tour-title">{step.title}</h2>
        <p id="tour-text">{step.text}</p>
      </div>
      <div className="choices">
        <button type="button" className="button primary" onClick={isLast ? end : () => move(1)}>
          {isLast ? "Done" : "Next"}
        </button>
        {at > 0 && (
          <button type="button" className="button" onClick={() => move(-1)}>
            Back
          </button>
        )}
        <span className="grow" />
        {!isLast && (
          <button type="button" className="button quiet" onClick={end}>
            End the tour
          </button>
        )}
      </div>
    </div>
  );
}

import type { KeyboardEventHandler, ReactNode } from "react";
import { useStore } from "../../state/store.ts";
import { PaneBorder } from "../PaneBorder.tsx";

/** The frame of a view with many results: all of them, and beside them one in detail. */
export function ResultFrame(props: {
  readonly name: string;
  /** Names the details for assistive technology. */
  readonly detailName: string;
  readonly className: string;
  readonly isStale: boolean;
  readonly detail: ReactNode;
  readonly onKeyDown?: KeyboardEventHandler;
  readonly children: ReactNode;
}) {
  const { name, detailName, className, isStale, detail, onKeyDown, children } = props;
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  return (
    <>
      {/* In the tab order, as the details are: both scroll. */}
      <section
        className={`centre ${className}`}
        id="centre"
        tabIndex={0}
        aria-label={name}
        onPointerDown={closeDrawer}
        onKeyDown={onKeyDown}
      >
        {children}
      </section>
      <PaneBorder name="inspector" />
      <section
        className={isStale ? "inspector stale" : "inspector"}
        tabIndex={0}
        aria-label={detailName}
        onPointerDown={closeDrawer}
      >
        {detail}
      </section>
    </>
  );
}

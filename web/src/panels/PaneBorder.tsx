import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { resetSize, resizePane, type PaneName } from "../session/playground.ts";

const borders = {
  scenario: { label: "Width of the scenario", vertical: true, sign: 1 },
  inspector: { label: "Width of the inspector", vertical: true, sign: -1 },
  upper: { label: "Height of flow and timeline", vertical: false, sign: 1 },
} as const;

/** A pane's border: drag or arrow keys resize the pane, double-click or Enter resets it. */
export function PaneBorder({ name }: { readonly name: PaneName }) {
  const { label, vertical, sign } = borders[name];
  const start = useRef({ at: 0, size: 0 });
  const position = (event: PointerEvent) => (vertical ? event.clientX : event.clientY);
  const paneSize = (border: HTMLElement) => {
    const pane = sign === 1 ? border.previousElementSibling : border.nextElementSibling;
    const box = pane?.getBoundingClientRect();
    return Math.round((vertical ? box?.width : box?.height) ?? 0);
  };

  function press(event: PointerEvent<HTMLDivElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { at: position(event), size: paneSize(event.currentTarget) };
  }
  function drag(event: PointerEvent<HTMLDivElement>) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    resizePane(name, start.current.size + sign * (position(event) - start.current.at));
  }
  function key(event: KeyboardEvent<HTMLDivElement>) {
    const grow = vertical ? "ArrowRight" : "ArrowDown";
    const shrink = vertical ? "ArrowLeft" : "ArrowUp";
    if (event.key === "Enter") resetSize(name);
    else if (event.key === grow || event.key === shrink) {
      const step = sign * (event.key === grow ? 16 : -16);
      resizePane(name, paneSize(event.currentTarget) + step);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      className={`border ${name}-border`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={vertical ? "vertical" : "horizontal"}
      title="Drag to resize, double-click to reset"
      onPointerDown={press}
      onPointerMove={drag}
      onDoubleClick={() => resetSize(name)}
      onKeyDown={key}
    />
  );
}

import { useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { paneLimits, resetSize, resizePane, type PaneName } from "../session/playground.ts";

const borders = {
  scenario: { label: "Width of the scenario", vertical: true, sign: 1 },
  inspector: { label: "Width of the inspector", vertical: true, sign: -1 },
  upper: { label: "Height of flow and timeline", vertical: false, sign: 1 },
} as const;

/** The pane that a border belongs to. */
const paneOf = (border: Element, name: PaneName) =>
  borders[name].sign === 1 ? border.previousElementSibling : border.nextElementSibling;

/** Its size in pixels, as it is at this moment. */
function measure(border: Element, name: PaneName): number {
  const { width = 0, height = 0 } = paneOf(border, name)?.getBoundingClientRect() ?? {};
  return Math.round(borders[name].vertical ? width : height);
}

/** A pane's border: drag or arrow keys resize the pane, double-click or Enter resets it. */
export function PaneBorder({ name }: { readonly name: PaneName }) {
  const { label, vertical, sign } = borders[name];
  const start = useRef({ at: 0, size: 0 });
  const self = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(0);
  const position = (event: PointerEvent) => (vertical ? event.clientX : event.clientY);
  useLayoutEffect(() => {
    const border = self.current;
    const pane = border && paneOf(border, name);
    if (!pane) return;
    const observer = new ResizeObserver(() => setSize(measure(border, name)));
    observer.observe(pane);
    return () => observer.disconnect();
  }, [name]);

  function press(event: PointerEvent<HTMLDivElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { at: position(event), size: measure(event.currentTarget, name) };
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
      // Not from `size`, which is that of the last frame: two quick keys would count as one.
      resizePane(name, measure(event.currentTarget, name) + step);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const { least, most } = paneLimits(name);
  return (
    <div
      ref={self}
      className={`border ${name}-border`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={vertical ? "vertical" : "horizontal"}
      aria-valuemin={Math.min(least, size)}
      aria-valuemax={Math.max(most, size)}
      aria-valuenow={size}
      aria-valuetext={`${size} pixels`}
      title="Drag to resize, double-click to reset"
      onPointerDown={press}
      onPointerMove={drag}
      onDoubleClick={() => resetSize(name)}
      onKeyDown={key}
    />
  );
}

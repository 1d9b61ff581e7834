import { useEffect, useRef, type KeyboardEvent } from "react";
import { useCompare } from "../../state/compare.ts";
import { useStore, type Run } from "../../state/store.ts";
import { goTo } from "../../session/playground.ts";
import { firstDifference, nextDifference, type RowPair } from "../../trace/compare/comparedRows.ts";
import { useNarrow } from "../useNarrow.ts";
import { useRowsInView } from "../useRowsInView.ts";
import { ComparedRow } from "./ComparedRow.tsx";

const ROW = 22;
/** A above B, each in two lines. */
const NARROW_ROW = 64;

/** Both traces side by side; only the rows in view are in the document. */
export function ComparedTrace(props: {
  readonly a: Run;
  readonly b: Run;
  readonly pairs: readonly RowPair[];
  readonly isStale: boolean;
}) {
  const { a, b, pairs, isStale } = props;
  const chosen = useCompare((state) => state.row);
  const isNarrow = useNarrow();
  const height = isNarrow ? NARROW_ROW : ROW;
  const scroller = useRef<HTMLDivElement>(null);
  const first = firstDifference(pairs);
  const active = Math.min(pairs.length - 1, Math.max(0, chosen ?? first));
  const inView = useRowsInView(scroller, {
    count: pairs.length,
    height,
    above: 0,
    revealed: active,
  });
  const { set } = useCompare.getState();

  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
      const { shortcuts, dialog } = useStore.getState();
      const isTyping =
        event.target instanceof Element &&
        event.target.closest("input, textarea, select, [contenteditable]") !== null;
      if (!shortcuts || dialog || isTyping) return;
      const next = nextDifference(pairs, active, event.shiftKey ? -1 : 1);
      if (next === undefined) return;
      event.preventDefault();
      set({ row: next });
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [pairs, active, set]);

  function key(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: pairs.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) set({ row: Math.min(pairs.length - 1, Math.max(0, to)) });
    else if (event.key === "Enter") showInTrace(pairs[active]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const indexes = Array.from(
    { length: Math.max(0, inView.last - inView.first + 1) },
    (_, offset) => inView.first + offset,
  );
  // The active row stays in the document: aria-activedescendant points at it.
  if (!indexes.includes(active) && pairs[active]) indexes.push(active);
  return (
    <div className={`compared${isStale ? " stale" : ""}`} ref={scroller}>
      <div
        role="grid"
        aria-label="Calls of A and B"
        aria-readonly="true"
        aria-rowcount={pairs.length}
        aria-colcount={3}
        tabIndex={0}
        aria-activedescendant={pairs[active] ? `pair-${active}` : undefined}
        style={{ height: pairs.length * height }}
        onKeyDown={key}
      >
        {indexes.map((index) => {
          const pair = pairs[index];
          return (
            pair && (
              <ComparedRow
                key={index}
                a={a.events}
                b={b.events}
                pair={pair}
                index={index}
                top={index * height}
                isFirst={index === first}
                isSelected={index === active}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

/** A's side of a row in the view of the trace. */
function showInTrace(pair: RowPair | undefined): void {
  if (!pair?.a) return;
  useStore.getState().set({ view: "trace", pane: "trace" });
  goTo(pair.a.event.seq);
}

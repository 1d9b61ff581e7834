import { useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Rows beside those in view that are in the document as well, so that scrolling shows no gaps. */
const SPARE = 4;
/** Rows between one that was brought into view from nearby and the edge that it came in at. */
const MARGIN = 3;
/** Part of the rows in view that are above one that was brought into view from afar. */
const ABOVE = 0.42;

/**
 * Indexes of the rows in view, `last` included; all rows have one height, so division finds them.
 * Measures are in pixels.
 */
export function useRowsInView(
  scroller: RefObject<HTMLElement | null>,
  rows: {
    readonly count: number;
    readonly height: number;
    /** What scrolls with the rows, before the first. */
    readonly above: number;
    /** What stands at the top while the rows scroll below it. */
    readonly cover?: number;
    /** The row that is scrolled into view whenever it is another; undefined: none is. */
    readonly revealed?: number | undefined;
  },
): { readonly first: number; readonly last: number } {
  const { count, height, above, cover = 0, revealed } = rows;
  const [shown, setShown] = useState({ first: 0, last: -1 });
  /** As of the last scroll or resize: asking the element would lay out the page at every step. */
  const seen = useRef({ scrollTop: 0, clientHeight: 0 });
  const measure = useRef(() => {});
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view === null) return;
    measure.current = () => {
      const { scrollTop, clientHeight } = view;
      seen.current = { scrollTop, clientHeight };
      const top = scrollTop - above;
      const first = Math.max(0, Math.floor(top / height) - SPARE);
      const last = Math.min(count - 1, Math.ceil((top + clientHeight) / height) + SPARE);
      setShown((known) => (known.first === first && known.last === last ? known : { first, last }));
    };
    const now = () => measure.current();
    now();
    const observer = new ResizeObserver(now);
    observer.observe(view);
    view.addEventListener("scroll", now, { passive: true });
    return () => {
      observer.disconnect();
      view.removeEventListener("scroll", now);
    };
  }, [scroller, count, height, above]);
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view === null || revealed === undefined) return;
    if (seen.current.clientHeight === 0) measure.current();
    const place = { room: seen.current.clientHeight - cover, height };
    const offset = above - cover + revealed * height - seen.current.scrollTop;
    const before = rowsBefore(offset, place);
    if (before === undefined) return;
    view.scrollTo(view.scrollLeft, above - cover + Math.max(0, revealed - before) * height);
    // Not when the event comes: the rows are then in the same frame.
    measure.current();
  }, [scroller, revealed, height, above, cover]);
  return shown;
}

/**
 * How many rows to leave above one that stands at `offset`; undefined: it is in view. From nearby the
 * list moves by a few rows only, so that a step costs little.
 */
function rowsBefore(
  offset: number,
  { room, height }: { readonly room: number; readonly height: number },
): number | undefined {
  if (room <= 0 || (offset >= 0 && offset + height <= room)) return undefined;
  const fitting = Math.floor(room / height);
  const margin = Math.min(MARGIN, fitting >> 1);
  if (offset <= -room || offset >= 2 * room) return Math.round(ABOVE * fitting);
  return offset < 0 ? margin : fitting - 1 - margin;
}

import { useLayoutEffect, useState, type RefObject } from "react";

/** Rows beside those in view that are in the document as well, so that scrolling shows no gaps. */
const SPARE = 4;
/** Rows between one that was brought into view from nearby and the edge that it came in at. */
const MARGIN = 3;
/** Part of the rows in view that are above one that was brought into view from afar. */
const ABOVE = 0.42;

interface View {
  readonly scrollTop: number;
  readonly clientHeight: number;
  /** The `clientHeight` that `target` was last brought into view for. */
  readonly fitted: number;
  /** Where the row stands that was last revealed, and how far the list scrolls for it. */
  readonly target: number | undefined;
  readonly jump: { readonly scrollTop: number } | undefined;
}
const unseen: View = {
  scrollTop: 0,
  clientHeight: 0,
  fitted: 0,
  target: undefined,
  jump: undefined,
};

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
    /** The row that is scrolled into view whenever it is another, and that stays in view when the
     * list gets lower; undefined: none is. */
    readonly revealed?: number | undefined;
    /** By how much that row is higher than the others. */
    readonly extra?: number;
  },
): {
  readonly first: number;
  readonly last: number;
  /** Most rows at a time: a row with the key `index % slots` takes the place of one that left. */
  readonly slots: number;
} {
  const { count, height, above, cover = 0, revealed, extra = 0 } = rows;
  const [view, setView] = useState(unseen);
  const { clientHeight, jump } = view;
  const target = revealed === undefined ? undefined : above + revealed * height;
  // Before the list has scrolled, so that the rows there are drawn at once: what is drawn and then
  // drawn again is laid out twice.
  if ((target !== view.target || clientHeight !== view.fitted) && clientHeight > 0) {
    const rowsAbove = (seen: number) =>
      target === undefined
        ? undefined
        : rowsBefore(target - cover - view.scrollTop, { room: seen - cover, height, extra });
    // Of a list that only got another height, a row that was scrolled away stays away.
    const isAway = target === view.target && rowsAbove(view.fitted) !== undefined;
    const before = isAway ? undefined : rowsAbove(clientHeight);
    const end = Math.max(0, above + count * height + extra - clientHeight);
    if (target === undefined || before === undefined) {
      setView({ ...view, target, fitted: clientHeight });
    } else {
      const top = Math.max(above, target - before * height) - cover;
      const scrollTop = Math.min(end, top);
      setView({ clientHeight, fitted: clientHeight, scrollTop, target, jump: { scrollTop } });
    }
  }
  useLayoutEffect(() => {
    if (jump !== undefined) scroller.current?.scrollTo({ top: jump.scrollTop });
  }, [scroller, jump]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const { scrollTop, clientHeight } = element;
      setView((known) =>
        known.scrollTop === scrollTop && known.clientHeight === clientHeight
          ? known
          : { ...known, scrollTop, clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [scroller]);
  const start = Math.floor((view.scrollTop - above) / height);
  const fitting = clientHeight === 0 ? 0 : Math.ceil(clientHeight / height) + 1;
  return {
    first: Math.max(0, start - SPARE),
    last: fitting === 0 ? -1 : Math.min(count, start + fitting + SPARE) - 1,
    slots: fitting + 2 * SPARE,
  };
}

/**
 * How many rows to leave above one that stands at `offset`; undefined: it is in view. From nearby the
 * list moves by a few rows only, so that a step costs little.
 */
function rowsBefore(
  offset: number,
  place: { readonly room: number; readonly height: number; readonly extra: number },
): number | undefined {
  const { room, height, extra } = place;
  if (room <= 0 || (offset >= 0 && offset + height + extra <= room)) return undefined;
  const fitting = Math.floor(room / height);
  const margin = Math.min(MARGIN, fitting >> 1);
  if (offset <= -room || offset >= 2 * room) return Math.round(ABOVE * fitting);
  return offset < 0 ? margin : Math.max(0, fitting - 1 - margin);
}

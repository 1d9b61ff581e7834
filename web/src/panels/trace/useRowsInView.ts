import { useLayoutEffect, useState, type RefObject } from "react";

/** Rows beside those in view that are in the document as well, so that scrolling shows no gaps. */
const SPARE = 8;

/**
 * Indexes of the rows in view, `last` included; all rows have one height, so division finds them.
 * `above` is what scrolls with the rows before the first; measures are in pixels.
 */
export function useRowsInView(
  scroller: RefObject<HTMLElement | null>,
  rows: { readonly count: number; readonly height: number; readonly above: number },
): { readonly first: number; readonly last: number } {
  const { count, height, above } = rows;
  const [shown, setShown] = useState({ first: 0, last: -1 });
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view === null) return;
    const measure = () => {
      const top = view.scrollTop - above;
      const first = Math.max(0, Math.floor(top / height) - SPARE);
      const last = Math.min(count - 1, Math.ceil((top + view.clientHeight) / height) + SPARE);
      setShown((known) => (known.first === first && known.last === last ? known : { first, last }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(view);
    view.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      view.removeEventListener("scroll", measure);
    };
  }, [scroller, count, height, above]);
  return shown;
}

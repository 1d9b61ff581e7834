/** Measures of an element, for what CSS cannot lay out. */
import { useLayoutEffect, useState, type RefObject } from "react";

export interface Size {
  /** In whole pixels; 0 until the element is there. */
  readonly width: number;
  readonly height: number;
  readonly screenHeight: number;
}

export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0, screenHeight: 900 });
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const measure = () => {
      const width = Math.floor(target.clientWidth);
      const height = Math.floor(target.clientHeight);
      setSize((known) =>
        known.width === width && known.height === height && known.screenHeight === innerHeight
          ? known
          : { width, height, screenHeight: innerHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [element]);
  return size;
}

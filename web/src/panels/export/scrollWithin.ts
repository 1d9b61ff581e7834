/**
 * Scrolls `frame`, and nothing around it, so that the first element that matches `selector` is in
 * view. `frame` has to be positioned.
 */
export function scrollWithin(frame: HTMLElement | null, selector: string): void {
  const element = frame?.querySelector<HTMLElement>(selector);
  if (!frame || !element) return;
  const { offsetTop: top, offsetHeight: height } = element;
  const isInView = top >= frame.scrollTop && top + height <= frame.scrollTop + frame.clientHeight;
  if (!isInView) frame.scrollTop = top - frame.clientHeight / 3;
}

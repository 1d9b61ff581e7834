/** Where the tour's panel stands, in pixels of the window. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

const GAP = 12;
/** Narrower screens have tabs at their bottom, and no room beside anything. */
const NARROW = 760;
const TABS = 120;

/** Beside what it is about: right, below, left or above, where there is room; else at the bottom. */
export function placeBeside(target: Element | null, panel: Element): Place {
  const { width, height } = panel.getBoundingClientRect();
  const bottom = {
    left: Math.max(GAP, (innerWidth - width) / 2),
    top: innerHeight - height - (innerWidth < NARROW ? TABS : GAP),
  };
  const box = target?.getBoundingClientRect();
  if (!box || box.width === 0 || innerWidth < NARROW) return bottom;
  const left = Math.max(GAP, Math.min(box.left + GAP, innerWidth - width - GAP));
  const top = Math.max(GAP, Math.min(box.top + GAP, innerHeight - height - GAP));
  if (box.right + GAP + width < innerWidth && box.width < innerWidth / 2)
    return { left: box.right + GAP, top };
  if (box.bottom + GAP + height < innerHeight) return { left, top: box.bottom + GAP };
  if (box.left - GAP - width > 0) return { left: box.left - GAP - width, top };
  if (box.top - GAP - height > 0) return { left, top: box.top - GAP - height };
  return bottom;
}

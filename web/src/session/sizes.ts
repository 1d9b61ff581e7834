/** Sizes of the panes, in CSS pixels, kept in this browser. Panes without one have ui defaults. */
const KEY = "wasmerang.sizes";

export type PaneName = "scenario" | "inspector" | "upper";

/** The CSS variable that holds the size, and the limits that keep every pane usable. */
const panes = {
  scenario: { variable: "--scenario-width", least: 200, most: () => innerWidth * 0.35 },
  inspector: { variable: "--inspector-width", least: 280, most: () => innerWidth * 0.5 },
  upper: { variable: "--upper-height", least: 120, most: () => innerHeight - 340 },
} as const;

type Sizes = Partial<Record<PaneName, number>>;
const names = Object.keys(panes) as PaneName[];
let sizes: Sizes = {};

/** The least and the most that the pane can be dragged to, in CSS pixels. */
export function paneLimits(name: PaneName): { readonly least: number; readonly most: number } {
  return { least: panes[name].least, most: Math.round(panes[name].most()) };
}

export function resizePane(name: PaneName, size: number): void {
  const { least, most } = paneLimits(name);
  sizes = { ...sizes, [name]: Math.round(Math.max(least, Math.min(most, size))) };
  apply();
  save();
}

export function resetSize(name: PaneName): void {
  sizes = { ...sizes };
  delete sizes[name];
  apply();
  save();
}

/** Puts the sizes of the last visit in place. */
export function restoreSizes(): void {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return;
    for (const name of names) {
      const size = (stored as Record<string, unknown>)[name];
      if (typeof size === "number" && Number.isFinite(size)) sizes[name] = size;
    }
  } catch {
    // Storage is blocked or holds something else: default sizes.
  }
  apply();
}

function apply(): void {
  const { style } = document.documentElement;
  for (const name of names) {
    const size = sizes[name];
    if (size === undefined) style.removeProperty(panes[name].variable);
    else style.setProperty(panes[name].variable, `${size}px`);
  }
}

function save(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(sizes));
  } catch {
    // Storage is blocked: the sizes last until the page closes.
  }
}

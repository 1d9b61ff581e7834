/** The views of the page, in the order of the menu and of the keys 1, 2, 3, … */
export const views = [
  { id: "trace", name: "Trace" },
  { id: "code", name: "Code" },
  { id: "sweep", name: "Sweep" },
  { id: "compare", name: "Compare" },
  { id: "faults", name: "Faults" },
  { id: "module", name: "Module" },
  { id: "export", name: "Export" },
] as const;

/** What the page is about: a run, the module that runs, … */
export type ViewName = (typeof views)[number]["id"];

import { lazy, type ComponentType } from "react";
import type { ViewName } from "../state/views.ts";

/**
 * What fills the page right of the scenario, for each view but the first. Each is loaded when it is
 * opened: nothing of it counts for the first decision. A component renders its own `#centre` and,
 * if it has one, its inspector.
 */
export const viewContents: Readonly<Record<Exclude<ViewName, "trace">, ComponentType>> = {
  code: lazy(async () => ({ default: (await import("./code/CodeView.tsx")).CodeView })),
  sweep: lazy(async () => ({ default: (await import("./sweep/SweepView.tsx")).SweepView })),
  compare: lazy(async () => ({
    default: (await import("./compare/CompareView.tsx")).CompareView,
  })),
  faults: lazy(async () => ({ default: (await import("./faults/FaultsView.tsx")).FaultsView })),
  module: lazy(async () => ({ default: (await import("./module/ModuleView.tsx")).ModuleView })),
  export: lazy(async () => ({ default: (await import("./export/ExportView.tsx")).ExportView })),
};

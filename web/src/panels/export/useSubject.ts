/** What is to be exported now, from the scenario, the module and the choices of the view. */
import { useMemo } from "react";
import { useExport, type ExportSubject } from "../../state/export.ts";
import { useStore } from "../../state/store.ts";
import { configurationOf } from "../../trace/export/notCarried.ts";

/** Undefined until there is a module. The same object as long as nothing of it changes. */
export function useSubject(): ExportSubject | undefined {
  const target = useExport((state) => state.target);
  const from = useExport((state) => state.from);
  const module = useStore((state) => state.module);
  const own = useStore((state) => configurationOf(state.document));
  const configuration = from === "scenario" ? own : undefined;
  return useMemo(
    () => (module ? { target, module, configuration } : undefined),
    [target, module, configuration],
  );
}

/** Whether an answer about one holds for the other. */
export function isSameSubject(a: ExportSubject | undefined, b: ExportSubject | undefined): boolean {
  return (
    a?.target === b?.target && a?.module === b?.module && a?.configuration === b?.configuration
  );
}

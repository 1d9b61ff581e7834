/** What is to be exported now, from the scenario, the module and the choices of the view. */
import { useMemo } from "react";
import { settingsOf } from "wasmerang";
import { useExport, type ExportSubject } from "../../state/export.ts";
import { useStore } from "../../state/store.ts";
import { configurationOf, pluginOf } from "../../trace/export/notCarried.ts";

/** Undefined until there is a module. The same object as long as nothing of it changes. */
export function useSubject(): ExportSubject | undefined {
  const target = useExport((state) => state.target);
  const from = useExport((state) => state.from);
  const module = useStore((state) => state.module);
  const own = useStore((state) => configurationOf(state.document));
  const isOwn = from === "scenario";
  const configuration = isOwn ? own : undefined;
  const failurePolicy = useStore(({ document }) => pluginOf(document).failurePolicy);
  const reloadBackoff = useStore(({ document }) => pluginOf(document).reloadBackoff);
  const logLevel = useStore(({ document }) => pluginOf(document).logLevel);
  return useMemo(() => {
    const plugin = settingsOf({ failurePolicy, reloadBackoff, logLevel });
    return module && { target, module, configuration, plugin: isOwn ? plugin : {} };
  }, [target, module, configuration, isOwn, failurePolicy, reloadBackoff, logLevel]);
}

/** Whether an answer about one holds for the other. */
export function isSameSubject(a: ExportSubject | undefined, b: ExportSubject | undefined): boolean {
  return (
    a?.target === b?.target &&
    a?.module === b?.module &&
    a?.configuration === b?.configuration &&
    JSON.stringify(a?.plugin) === JSON.stringify(b?.plugin)
  );
}

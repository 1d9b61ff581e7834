import { useEffect, useState } from "react";
import type { Run } from "../state/store.ts";

/** What finds problems is no part of the first decision: it is loaded when that has settled. */
const FIRST_MS = 2000;
const NEXT_MS = 100;
let isLoaded = false;

/** How many problems the run has; undefined until they have been looked for. */
export function useProblemCount(run: Run | undefined): number | undefined {
  const [found, setFound] = useState<{ readonly run: Run; readonly count: number }>();
  useEffect(() => {
    if (run === undefined || run.status === "running") return;
    let isCurrent = true;
    const timer = setTimeout(
      () => {
        import("../trace/problems/findProblems.ts").then(
          ({ findProblems }) => {
            isLoaded = true;
            if (isCurrent) setFound({ run, count: findProblems(run).length });
          },
          // Offline: the tab itself says so when it is opened.
          () => {},
        );
      },
      isLoaded ? NEXT_MS : FIRST_MS,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [run]);
  return found !== undefined && found.run === run ? found.count : undefined;
}

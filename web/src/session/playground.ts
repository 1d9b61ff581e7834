/** What panels may ask for; the only file of session/ that they import. */
import { useStore } from "../state/store.ts";
import { listenForKeys } from "./keyboard.ts";
import { keepHistory } from "./history.ts";
import { keepWork, openLink } from "./link.ts";
import { listenForFiles, loadModule } from "./module.ts";
import { workOffline } from "./offline.ts";
import { keepPreferences } from "./preferences.ts";
import { run, scheduleRun } from "./run.ts";
import { warmUp } from "./simulate.ts";
import { restoreSizes } from "./sizes.ts";
import { drivePlay } from "./stepping.ts";

export { paneLimits, resetSize, resizePane, type PaneName } from "./sizes.ts";
export { redo, undo } from "./history.ts";
export { copyAnyLink, copyLink } from "./link.ts";
export { downloadModule, inspectCurrent, openFile, restoreModule } from "./module.ts";
export { isDark, toggleTheme } from "./preferences.ts";
export { run, stopRun } from "./run.ts";
export { goTo, movePlayhead, step } from "./stepping.ts";

/** Starts everything that is not React: worker, module, link, keys. Called once. */
export function startPlayground(): void {
  warmUp();
  keepPreferences();
  restoreSizes();
  listenForKeys();
  listenForFiles();
  drivePlay();
  Promise.all([loadModule(), openLink()]).then(() => {
    run();
    useStore.subscribe((state, before) => {
      const { document, module, cursor, drafts, problems, introDismissed, set } = state;
      const isAction = document !== before.document || cursor !== before.cursor;
      if (isAction && !introDismissed) set({ introDismissed: true });
      const isMended = problems.length !== before.problems.length || drafts !== before.drafts;
      if (document !== before.document || module !== before.module || isMended) keepWork();
      if (document !== before.document) scheduleRun();
    });
    keepHistory();
    addEventListener("hashchange", () => void openLink());
    workOffline();
  }, fail);
}

/** A failure of the page itself is a run that failed: shown with what is known of it. */
function fail(error: unknown): void {
  const { document, module, setRun } = useStore.getState();
  const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  setRun({ status: "failed", events: [], document, module, message });
}

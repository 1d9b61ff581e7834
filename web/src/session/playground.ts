/** What panels may ask for; the only file of session/ that they import. */
import { useStore } from "../state/store.ts";
import { defaultScenario } from "../state/defaultScenario.ts";
import { testEvents } from "../testEvents.ts";
import { restoreSizes } from "./sizes.ts";

export { resetSize, resizePane, type PaneName } from "./sizes.ts";

export function startPlayground(): void {
  restoreSizes();
  useStore.getState().replace(defaultScenario);
  useStore.getState().setRun({ status: "done", events: testEvents, document: defaultScenario });
}

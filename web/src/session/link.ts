/** What the page needs of its address at the start; the rest is in address.ts, loaded when needed. */
import { defaultScenario } from "../state/defaultScenario.ts";
import { useStore } from "../state/store.ts";

/** Under which recentScenarios.ts stores them. */
export const RECENT_KEY = "wasmerang.scenarios";
/** Under which unfinished.ts stores them. */
export const UNFINISHED_KEY = "wasmerang.unfinished";

const address = () => import("./address.ts");

/** Puts the scenario of the address in place, or the last one of this browser, or the default. */
export async function openLink(): Promise<void> {
  if (location.hash.startsWith("#s=") || hasWork()) return (await address()).openAddress();
  useStore.getState().replace(defaultScenario);
}

function hasWork(): boolean {
  try {
    return [RECENT_KEY, UNFINISHED_KEY].some((key) => localStorage.getItem(key) !== null);
  } catch {
    return false; // storage is blocked
  }
}

/** Called after each edit, so that a reload loses nothing; see address.ts. */
export const keepWork = () => void address().then(({ keepWork }) => keepWork());

/** Copies a link to what is shown; see address.ts. */
export const copyLink = async () => (await address()).copyLink();
/** The same, however long the link is. */
export const copyAnyLink = async () => (await address()).copyAnyLink();

/**
 * The last scenarios that were worked on, in this browser only: the newest first, each as it was
 * last. What is stored may be anything, since other versions of the page wrote it too.
 */
import type { ScenarioDocument } from "wasmerang";
import { presets } from "../state/presets.ts";
import { useStore } from "../state/store.ts";
import { RECENT_KEY } from "./link.ts";

const MOST = 8;

/** The entry of the present work, as JSON, and what the work began with. */
let mine: { readonly json: string; readonly opened: ScenarioDocument } | undefined;

/** Answers [] where nothing is stored, storage is blocked, or it holds something else. */
export function recentScenarios(): readonly unknown[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? "[]");
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}

/** Stores the scenario: in place of its earlier self, or as a new entry. Presets are left out. */
export function rememberScenario(): void {
  const { document, opened } = useStore.getState();
  if (presets.some((preset) => preset.document === document)) return;
  const json = JSON.stringify(document);
  const others = recentScenarios().filter((entry) => {
    const other = JSON.stringify(entry);
    return other !== json && !(mine?.opened === opened && other === mine.json);
  });
  mine = { json, opened };
  try {
    localStorage.setItem(RECENT_KEY, JSON.stringify([document, ...others].slice(0, MOST)));
  } catch {
    // Blocked or full. The address has the scenario as well.
  }
}

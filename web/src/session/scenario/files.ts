/** Scenarios as files, the same that `wasmerang run` takes. */
import type { ScenarioDocument } from "wasmerang";
import { JSON_TEXT, useStore } from "../../state/store.ts";
import { recentScenarios } from "../recentScenarios.ts";
import { saveFile } from "../saveFile.ts";
import { checkText, withoutMark, writeText } from "./jsonText.ts";

/** The same limit as for what a link may inflate to. */
const MOST_BYTES = 4 * 1024 * 1024;

let asked = 0;

/** Opens a scenario file. One with errors is opened as text, and the scenario before it stays. */
export async function openScenario(file: File): Promise<void> {
  const turn = (asked += 1);
  const { set } = useStore.getState();
  const refuse = (why: string) => set({ notice: `${file.name} ${why} The scenario stays.` });
  if (file.size > MOST_BYTES) {
    const size = (file.size / (1024 * 1024)).toFixed(1);
    return refuse(`has ${size} MiB. The limit for scenarios is 4 MiB here.`);
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return refuse("could not be read: is it a folder, or gone?");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("is no text in UTF-8, so it is no scenario.");
  }
  if (turn === asked) await openText(text, file.name);
}

/** Makes a text the scenario, or opens it as a text with its errors. */
async function openText(text: string, name: string): Promise<void> {
  const turn = (asked += 1);
  const problems = await checkText(text);
  if (turn !== asked) return;
  const { replace, draft, set } = useStore.getState();
  set({ introDismissed: true, dialog: undefined });
  const [first] = problems;
  if (!first) {
    replace(JSON.parse(withoutMark(text)) as ScenarioDocument);
    return set({ notice: `${name} is the scenario now.` });
  }
  draft(JSON_TEXT, text);
  set({ editor: "json", pane: "scenario", drawer: true });
  const where = first.at === undefined ? first.path : `line ${lineAt(text, first.at)}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  set({
    notice: `${name} is no scenario yet: ${where}: ${first.message}${more}. It is open as JSON; the scenario before stays until this one can be read.`,
  });
}

export const lineAt = (text: string, at: number) => text.slice(0, at).split("\n").length;

/** Saves the scenario as a file that `wasmerang run` takes. */
export function saveScenario(): void {
  const { document } = useStore.getState();
  saveFile(fileName(document.name), writeText(document), "application/json");
}

/** `even source goes to egress1` → `even-source-goes-to-egress1.json`. */
export function fileName(name: string | undefined): string {
  const words = (name ?? "").toLowerCase().match(/[a-z0-9]+/g) ?? ["scenario"];
  return `${words.join("-").slice(0, 60)}.json`;
}

/** The scenarios that this browser remembers, but for the present one, as far as they are any. */
export function recentWork(): readonly ScenarioDocument[] {
  const now = JSON.stringify(useStore.getState().document);
  return recentScenarios().filter(
    (entry): entry is ScenarioDocument =>
      Array.isArray((entry as Partial<ScenarioDocument> | null)?.connections) &&
      JSON.stringify(entry) !== now,
  );
}

/** Puts a remembered scenario in place; one that is none for this page is opened as text. */
export async function openRecent(document: ScenarioDocument): Promise<void> {
  await openText(writeText(document), "The remembered scenario");
}

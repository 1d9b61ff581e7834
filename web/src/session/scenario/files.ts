/** Scenarios as files, the same that `wasmerang run` takes. */
import type { ScenarioDocument } from "wasmerang";
import { JSON_TEXT, useStore } from "../../state/store.ts";
import { recentScenarios } from "../recentScenarios.ts";
import { saveFile } from "../saveFile.ts";
import { resume, setAside, unfinished, type Unfinished } from "../unfinished.ts";
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
  const text = decode(new Uint8Array(bytes));
  if (typeof text === "number") {
    const byte = new Uint8Array(bytes)[text] ?? 0;
    const where = `byte ${text + 1}, 0x${byte.toString(16).padStart(2, "0")}, is none`;
    return refuse(`is no text in UTF-8 (${where}), so it is no scenario.`);
  }
  if (turn === asked) await openText(text, file.name);
}

/** The text, or the index of the first byte that is no part of one. */
function decode(bytes: Uint8Array): string | number {
  // Windows shells write UTF-16, and put a mark before it that says so.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    const readable = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const same = new TextEncoder().encode(readable);
    return bytes.findIndex((byte, at) => byte !== same[at]);
  }
}

/** Makes a text the scenario, or opens it as a text with its errors. */
async function openText(text: string, name: string): Promise<void> {
  const turn = (asked += 1);
  const problems = await checkText(text);
  if (turn !== asked) return;
  const { replace, set } = useStore.getState();
  set({ introDismissed: true, dialog: undefined });
  const [first] = problems;
  if (!first) {
    replace(JSON.parse(withoutMark(text)) as ScenarioDocument);
    return set({ notice: `${name} is the scenario now.` });
  }
  // A text that was being typed is kept, as are half typed fields.
  setAside();
  useStore.setState({ drafts: { [JSON_TEXT]: text } });
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

/** What was typed, was no scenario yet, and had to make room for another one. */
export const leftUnfinished = () => unfinished().filter(({ isAside }) => isAside);

/** Goes on with it; what is being typed now makes room. */
export function openUnfinished(left: Unfinished): void {
  setAside();
  resume(left);
  useStore.getState().set({ introDismissed: true });
}

/**
 * Scenarios that are none yet: a text or a field that is half typed, a value that is wrong. This
 * browser keeps them until they are mended or dropped, so that neither a reload nor another
 * scenario takes what was typed. What is stored may be anything: other versions wrote it too.
 */
import type { ScenarioDocument } from "wasmerang";
import { useStore, type State } from "../state/store.ts";
import { UNFINISHED_KEY } from "./link.ts";

/** What the user had before them. */
export interface Unfinished extends Pick<State, "document" | "drafts" | "editor" | "connection"> {
  readonly id: string;
  /** Another scenario took its place: it comes back only when it is asked for. */
  readonly isAside: boolean;
}

const MOST = 8;

/** Id of what is being typed here. */
let mine: string;
begin(typeof history.state === "string" ? history.state : undefined);

/** The newest first. Answers [] where nothing is stored, or storage is blocked. */
export function unfinished(): readonly Unfinished[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(UNFINISHED_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isUnfinished) : [];
  } catch {
    return [];
  }
}

/**
 * Stores what is typed if it is no scenario, and forgets it once it is one.
 *
 * @param isUnchecked whether nobody knows yet: the page is being left within moments of an edit
 */
export function keepUnfinished(isUnchecked = false): void {
  const state = useStore.getState();
  if (isUnchecked || isWrong(state)) put(state, false);
  else forget(mine);
}

/** What is typed stays stored, while something else takes its place. */
export function setAside(state: State = useStore.getState()): void {
  if (isWrong(state)) put(state, true);
  begin();
}

/** The entry that a reload, or the page opened without a link, goes on with. */
export function unfinishedHere(hasLink: boolean): Unfinished | undefined {
  const here: unknown = history.state;
  return unfinished().find(({ id, isAside }) => !isAside && (!hasLink || id === here));
}

/** Puts an entry in place as it was left; it is checked and marked as typing is. */
export function resume({ id, document: left, drafts, editor, connection }: Unfinished): void {
  const now = useStore.getState().document;
  const isReadable = JSON.stringify(left) === JSON.stringify(now);
  if (isReadable && Object.keys(drafts).length === 0) return forget(id);
  useStore.setState({ document: isReadable ? now : left, drafts, editor, connection });
  begin(id);
  keepUnfinished(true);
}

const isWrong = ({ drafts, problems }: State) =>
  problems.length > 0 || Object.keys(drafts).length > 0;

function put({ document, drafts, editor, connection }: State, isAside: boolean): void {
  const entry: Unfinished = { id: mine, isAside, document, drafts, editor, connection };
  store([entry, ...unfinished().filter((one) => one.id !== mine && !isSame(one, entry))]);
}

function forget(id: string): void {
  const entries = unfinished();
  if (entries.some((one) => one.id === id)) store(entries.filter((one) => one.id !== id));
}

function store(entries: readonly Unfinished[]): void {
  try {
    if (entries.length === 0) localStorage.removeItem(UNFINISHED_KEY);
    else localStorage.setItem(UNFINISHED_KEY, JSON.stringify(entries.slice(0, MOST)));
  } catch {
    // Blocked or full: it lasts until the page closes.
  }
}

/**
 * What is typed from now on is stored as `id`. A reload of this page finds it, another link in the
 * same tab does not. Not left for when the page goes: the browser no longer notes it then.
 */
function begin(id: string = crypto.getRandomValues(new Uint32Array(2)).join("-")): void {
  mine = id;
  if (history.state !== id) history.replaceState(id, "");
}

const isSame = (one: Unfinished, other: Unfinished) =>
  JSON.stringify([one.document, one.drafts]) === JSON.stringify([other.document, other.drafts]);

function isUnfinished(value: unknown): value is Unfinished {
  if (!isRecord(value)) return false;
  const { id, document, drafts, editor, connection } = value;
  return (
    typeof id === "string" &&
    isRecord(drafts) &&
    Object.values(drafts).every((text) => typeof text === "string") &&
    (editor === "form" || editor === "json") &&
    Number.isInteger(connection) &&
    isDocument(document)
  );
}

/** As far as the forms rely on; what else is wrong with it is for `readScenario` to say. */
function isDocument(value: unknown): value is ScenarioDocument {
  return (
    isRecord(value) &&
    isRecord(value["clusters"]) &&
    Array.isArray(value["connections"]) &&
    value["connections"].every(
      (one) =>
        isRecord(one) &&
        typeof one["source"] === "string" &&
        typeof one["destination"] === "string",
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Another document in one step with empty drafts: a preset, a file, a link, undo.
useStore.subscribe((now, before) => {
  const isPlaced = now.document !== before.document && now.drafts !== before.drafts;
  if (!isPlaced || Object.keys(now.drafts).length > 0) return;
  // Undo keeps a document with a wrong value; what no document can hold it would lose.
  const isOther = now.opened !== before.opened;
  if (isOther || Object.keys(before.drafts).length > 0) setAside(before);
});

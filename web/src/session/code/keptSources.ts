/** Changed sources, kept in this browser for each entry of the gallery. */
const KEY = "wasmerang.sources";
/** Those that gave way to the sources of a link. */
const REPLACED_KEY = "wasmerang.sources.replaced";
/** What is being compiled, in this tab. */
const COMPILING_KEY = "wasmerang.compiling";

export type Changes = Readonly<Record<string, string>>;

/** What was changed of an entry; empty if nothing was, or storage is blocked. */
export function keptChanges(entry: string): Changes {
  return readAll(KEY)[entry] ?? {};
}

/** Keeps the changes of an entry. Answers false where the browser does not let the page. */
export function keepChanges(entry: string, changes: Changes): boolean {
  return keep(KEY, entry, changes);
}

/** The changes of an entry that gave way to a link's; undefined: there are none. */
export function keptReplaced(entry: string): Changes | undefined {
  return readAll(REPLACED_KEY)[entry];
}

/** Keeps them beside the changes; undefined forgets them. Answers false as `keepChanges`. */
export function keepReplaced(entry: string, changes: Changes | undefined): boolean {
  return keep(REPLACED_KEY, entry, changes ?? {});
}

function keep(key: string, entry: string, changes: Changes): boolean {
  const all = { ...readAll(key) };
  if (Object.keys(changes).length === 0) {
    if (!Object.hasOwn(all, entry)) return true;
    delete all[entry];
  } else all[entry] = changes;
  try {
    localStorage.setItem(key, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}

/** Notes what is compiled until there is an answer. A page that is left takes the note along. */
export function noteCompiling(what: { entry: string; changes: Changes } | undefined): void {
  try {
    if (what) sessionStorage.setItem(COMPILING_KEY, JSON.stringify(what));
    else sessionStorage.removeItem(COMPILING_KEY);
  } catch {
    // Blocked: then nothing is noted.
  }
}
addEventListener("pagehide", () => noteCompiling(undefined));

/** What the page before this one, in the same tab, compiled when it ended without leaving. */
let deadly = noted();

function noted(): string | undefined {
  try {
    return sessionStorage.getItem(COMPILING_KEY) ?? undefined;
  } catch {
    return undefined; // blocked
  }
}

/** Whether these sources took that page along; asked again, they are given another try. */
export function endedWhileCompiling(entry: string, changes: Changes): boolean {
  const isDeadly = deadly === JSON.stringify({ entry, changes });
  deadly = undefined;
  return isDeadly;
}

function readAll(key: string): Readonly<Record<string, Changes>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (!isRecord(stored)) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([entry, changes]) =>
        isChanges(changes) ? [[entry, changes]] : [],
      ),
    );
  } catch {
    // Storage is blocked or holds something else: nothing was kept.
    return {};
  }
}

/** Text by path. */
export function isChanges(value: unknown): value is Changes {
  return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changed sources, kept in this browser for each entry of the gallery. */
const KEY = "wasmerang.sources";

export type Changes = Readonly<Record<string, string>>;

/** What was changed of an entry; empty if nothing was, or storage is blocked. */
export function keptChanges(entry: string): Changes {
  return readAll()[entry] ?? {};
}

/** Keeps the changes of an entry. Answers false where the browser does not let the page. */
export function keepChanges(entry: string, changes: Changes): boolean {
  const all = { ...readAll() };
  if (Object.keys(changes).length === 0) delete all[entry];
  else all[entry] = changes;
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}

function readAll(): Readonly<Record<string, Changes>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
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

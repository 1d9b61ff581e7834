/** What this browser remembers of the user: theme and habits, never a scenario. */
import { useStore, type State, type Theme } from "../state/store.ts";

/** public/theme.js reads the theme under the same name before the first paint. */
const KEY = "wasmerang.preferences";

type Preferences = Pick<State, "theme" | "introDismissed" | "runOnChange" | "shortcuts">;

const themes: readonly unknown[] = ["system", "light", "dark"];

/** Puts the stored preferences in the store, and stores every later change. */
export function keepPreferences(): void {
  useStore.getState().set(load());
  let last = pick(useStore.getState());
  showTheme(last.theme);
  useStore.subscribe((state) => {
    const next = pick(state);
    if (JSON.stringify(next) === JSON.stringify(last)) return;
    last = next;
    showTheme(next.theme);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Storage is blocked: the choice lasts until the page closes.
    }
  });
}

function pick({ theme, introDismissed, runOnChange, shortcuts }: State): Preferences {
  return { theme, introDismissed, runOnChange, shortcuts };
}

function load(): Partial<Preferences> {
  let stored: unknown;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // Storage is blocked or holds something else: defaults.
  }
  if (typeof stored !== "object" || stored === null) return {};
  const { theme, ...flags } = stored as Record<string, unknown>;
  const found: { -readonly [Key in keyof Preferences]?: Preferences[Key] } = {};
  if (themes.includes(theme)) found.theme = theme as Theme;
  for (const name of ["introDismissed", "runOnChange", "shortcuts"] as const) {
    const flag = flags[name];
    if (typeof flag === "boolean") found[name] = flag;
  }
  return found;
}

function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

export function isDark(theme: Theme): boolean {
  return theme === "system" ? systemIsDark() : theme === "dark";
}

/** To the other theme; back to what the system says means following it again. */
export function toggleTheme(): void {
  const { theme, set } = useStore.getState();
  const dark = !isDark(theme);
  set({ theme: dark === systemIsDark() ? "system" : dark ? "dark" : "light" });
}

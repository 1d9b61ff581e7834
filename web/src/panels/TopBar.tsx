import { copyLink, isDark, toggleTheme } from "../session/playground.ts";
import { useStore } from "../state/store.ts";
import { ModuleButton } from "./ModuleButton.tsx";
import { OpenModule } from "./OpenModule.tsx";
import { Views } from "./Views.tsx";

/** Name, the module that runs, and what applies to the whole page. */
export function TopBar() {
  const drawer = useStore((state) => state.drawer);
  const dark = useStore((state) => isDark(state.theme));
  const set = useStore((state) => state.set);
  return (
    <header className="top">
      <div className="brand">
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3.4 4.2c4.6.2 8.9 1.6 12.9 4.6-2.6 1.4-4.6 3.9-5.9 7.6" {...stroke} />
        </svg>
        <h1>Wasmerang</h1>
      </div>
      <button
        type="button"
        className="button small drawer-button"
        aria-expanded={drawer}
        aria-controls="scenario"
        onClick={() => set({ drawer: !drawer })}
      >
        Scenario
      </button>
      <Views />
      <span className="tagline">From a source IP to a cluster, call by call</span>
      <span className="grow" />
      <div className="module-actions">
        <ModuleButton />
        <OpenModule />
      </div>
      <div className="actions">
        <button type="button" className="button" onClick={() => void copyLink()}>
          <span>
            Share<span className="wide-only"> link</span>
          </span>
        </button>
        <button
          type="button"
          className="button icon quiet"
          aria-label={dark ? "Switch to the light theme" : "Switch to the dark theme"}
          title={dark ? "Light theme (T)" : "Dark theme (T)"}
          onClick={toggleTheme}
        >
          {dark ? <Sun /> : <Moon />}
        </button>
        <button
          type="button"
          className="button icon quiet help-button"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={() => set({ dialog: "keys" })}
        >
          <Question />
        </button>
      </div>
    </header>
  );
}

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 3,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

function Moon() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M13 9.6A5.5 5.5 0 0 1 6.4 3a5.5 5.5 0 1 0 6.6 6.6z" {...stroke} strokeWidth="1.5" />
    </svg>
  );
}

function Sun() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="3" {...stroke} strokeWidth="1.5" />
      <path
        d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3"
        {...stroke}
        strokeWidth="1.5"
      />
    </svg>
  );
}

function Question() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" {...stroke} strokeWidth="1.5" />
      <path d="M6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.6-.9 1.3" {...stroke} strokeWidth="1.5" />
      <circle cx="8" cy="11.4" r=".9" fill="currentColor" />
    </svg>
  );
}

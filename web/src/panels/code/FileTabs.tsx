import { useRef, type KeyboardEvent } from "react";
import { filesOf, isLibrary } from "../../session/code/code.ts";
import { useCode } from "../../state/code.ts";
import { galleryEntry } from "../../state/gallery.ts";

/** The files of the entry: its own as tabs, those of the library in a menu. */
export function FileTabs() {
  const id = useCode((state) => state.entry);
  const file = useCode((state) => state.file);
  const changes = useCode((state) => state.changes);
  const set = useCode((state) => state.set);
  const list = useRef<HTMLDivElement>(null);
  const entry = galleryEntry(id);
  if (!entry) return null;
  const files = filesOf(entry);
  const own = files.filter((path) => !isLibrary(path));
  const open = (path: string) => set({ file: path, line: undefined });
  // One tab can always be reached by Tab.
  const reachable = own.includes(file) ? file : own[0];

  function key(event: KeyboardEvent) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = (own.indexOf(reachable ?? "") + step + own.length) % own.length;
    open(own[next] ?? "");
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="tabs files">
      <div role="tablist" aria-label="Files" ref={list} onKeyDown={key}>
        {own.map((path) => (
          <button
            key={path}
            type="button"
            role="tab"
            id={path === reachable ? "code-file" : undefined}
            title={path in changes ? `${path}, changed` : path}
            aria-selected={path === file}
            aria-controls="code-panel"
            tabIndex={path === reachable ? 0 : -1}
            onClick={() => open(path)}
          >
            {nameOf(path)}
            {path in changes && (
              <>
                <span aria-hidden="true"> ●</span>
                <span className="hidden"> changed</span>
              </>
            )}
          </button>
        ))}
      </div>
      <select
        aria-label="Library files, read-only"
        value={isLibrary(file) ? file : ""}
        onChange={({ target }) => open(target.value)}
      >
        <option value="" disabled hidden>
          Library
        </option>
        {files.filter(isLibrary).map((path) => (
          <option key={path} value={path}>
            {path.replace(/^.*\/(?=proxy-wasm\/|@)/, "")}
          </option>
        ))}
      </select>
    </div>
  );
}

const nameOf = (path: string) => path.split("/").at(-1) ?? path;

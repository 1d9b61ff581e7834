import { useStore } from "../../state/store.ts";
import { rowKinds, type RowKind } from "../../trace/rowKinds.ts";

/** Narrows the list: by text, and by kind. */
export function TraceTools() {
  const search = useStore((state) => state.search);
  const hidden = useStore((state) => state.hiddenKinds);
  const set = useStore((state) => state.set);
  const toggle = (kind: RowKind) =>
    set({
      hiddenKinds: hidden.includes(kind)
        ? hidden.filter((other) => other !== kind)
        : [...hidden, kind],
    });
  return (
    <div className="trace-tools">
      <details
        className="kinds"
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !event.currentTarget.open) return;
          event.stopPropagation();
          event.currentTarget.open = false;
          event.currentTarget.querySelector("summary")?.focus();
        }}
      >
        <summary className="button small">Show</summary>
        <fieldset>
          <legend className="hidden">Kinds of events that the trace shows</legend>
          {rowKinds.map(({ kind, name }) => (
            <label key={kind} className="check">
              <input
                type="checkbox"
                checked={!hidden.includes(kind)}
                onChange={() => toggle(kind)}
              />
              {name}
            </label>
          ))}
        </fieldset>
      </details>
      <input
        id="trace-search"
        className="input"
        type="search"
        placeholder="Filter calls  /"
        aria-label="Filter calls"
        autoComplete="off"
        spellCheck={false}
        value={search}
        onChange={({ target }) => set({ search: target.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || search === "") return;
          // The first Escape clears; the next one goes on to whoever wants it.
          event.stopPropagation();
          set({ search: "" });
        }}
      />
    </div>
  );
}

import { useStore } from "../state/store.ts";
import { views, type ViewName } from "../state/views.ts";
import { useNarrow } from "./useNarrow.ts";

/** What the page is about. */
export function Views() {
  const view = useStore((state) => state.view);
  const set = useStore((state) => state.set);
  const isNarrow = useNarrow();
  const show = (id: ViewName) => set({ view: id, drawer: false, playing: false });
  return (
    <nav className="views" aria-label="Views">
      {isNarrow ? (
        <select
          className="input"
          aria-label="View"
          value={view}
          onChange={({ target }) => show(views[target.selectedIndex]?.id ?? view)}
        >
          {views.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        views.map(({ id, name }, index) => (
          <button
            key={id}
            type="button"
            title={`${name} (${index + 1})`}
            aria-current={view === id ? "page" : undefined}
            onClick={() => show(id)}
          >
            {name}
          </button>
        ))
      )}
    </nav>
  );
}

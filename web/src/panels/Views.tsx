import { useStore } from "../state/store.ts";
import { views } from "../state/views.ts";

/** What the page is about. */
export function Views() {
  const view = useStore((state) => state.view);
  const set = useStore((state) => state.set);
  return (
    <nav className="views" aria-label="Views">
      {views.map(({ id, name }, index) => (
        <button
          key={id}
          type="button"
          title={`${name} (${index + 1})`}
          aria-current={view === id ? "page" : undefined}
          onClick={() => set({ view: id, drawer: false, playing: false })}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

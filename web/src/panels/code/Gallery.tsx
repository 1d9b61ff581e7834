import { openEntry } from "../../session/code/code.ts";
import { keptChanges } from "../../session/code/keptSources.ts";
import { gallery } from "../../state/gallery.ts";
import { useStore } from "../../state/store.ts";

/** The filters to begin with, in the dialog. */
export function Gallery() {
  const current = useStore((state) => state.module?.entry);
  return (
    <ul className="gallery">
      {gallery.map(({ id, name, shows }) => (
        <li key={id}>
          <button
            type="button"
            aria-current={id === current ? "true" : undefined}
            onClick={() => void openEntry(id)}
          >
            <b>{name}</b>
            {Object.keys(keptChanges(id)).length > 0 && (
              <span className="note"> with your changes</span>
            )}
            <span className="shows">{shows}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

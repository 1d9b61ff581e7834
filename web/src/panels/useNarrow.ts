/** Whether the page shows one panel at a time. The same width as in the style sheets. */
import { useSyncExternalStore } from "react";

const query = "(max-width: 759px)";

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

function subscribe(changed: () => void): () => void {
  const list = window.matchMedia(query);
  list.addEventListener("change", changed);
  return () => list.removeEventListener("change", changed);
}

/** Whether the page shows one panel at a time. The same width as in the style sheets. */
import { useSyncExternalStore } from "react";

const query = "(max-width: 759px)";

/** Kept: asking the browser anew at every render is felt while scrubbing. */
let list: MediaQueryList | undefined;
const media = () => (list ??= window.matchMedia(query));

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => media().matches);
}

function subscribe(changed: () => void): () => void {
  media().addEventListener("change", changed);
  return () => media().removeEventListener("change", changed);
}

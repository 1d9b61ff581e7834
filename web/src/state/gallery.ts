/** The starting points: filters in source that came with the page. The first is Wasmerang's own. */
import list from "../../../filter/gallery/gallery.json";
import type { Module } from "./store.ts";

export interface GalleryEntry {
  /** Also the name of its files in filter/build. */
  readonly id: string;
  readonly name: string;
  /** One sentence. */
  readonly shows: string;
  /** The source file that says which callbacks are exported. */
  readonly entry: string;
  /** The file to read first. */
  readonly main: string;
  /** What tcp_proxy must have for it to work at all. */
  readonly needs?: { readonly maxEarlyDataBytes: number };
}

export const gallery: readonly GalleryEntry[] = list;

/** The entry of an id. Undefined for one that this version of the page does not have. */
export function galleryEntry(id: string): GalleryEntry | undefined {
  return gallery.find((entry) => entry.id === id);
}

const EDITED = ".edited.wasm";

/** The name of what is compiled of an entry's changed sources. */
export const editedName = (id: string): string => `${id}${EDITED}`;

/** Whether a module was compiled here, of changed sources. */
export const isEdited = ({ name, entry }: Pick<Module, "name" | "entry">): boolean =>
  entry !== undefined && name.endsWith(EDITED);

/** The sources that came with the page. */
import configuration from "../../../../filter/asconfig.json?raw";
import imports from "../../../../node_modules/@solo-io/proxy-runtime/assembly/imports.ts?raw";
import type { GalleryEntry } from "../../state/gallery.ts";
import type { Sources } from "./compilerProtocol.ts";

const found: Record<string, string> = import.meta.glob(
  ["../../../../filter/{assembly,gallery}/**/*.ts", "!**/example.ts"],
  { query: "?raw", import: "default", eager: true },
);

const IMPORTS = "node_modules/@solo-io/proxy-runtime/assembly/imports.ts";
const IMPORTED_AS = "@solo-io/proxy-runtime/assembly/imports";

/** By path from the folder filter/, as the compiler asks for them. */
export const shipped: Sources = {
  ...Object.fromEntries(
    Object.entries(found).map(([path, text]) => [path.replace(/^.*\/filter\//, ""), text]),
  ),
  [IMPORTS]: imports,
};

/** What the compiler is given beside the sources. */
export const compilerFiles: Sources = { "asconfig.json": configuration };

/** The TCP layer and what it builds on can be read, and are the same for all entries. */
export function isLibrary(path: string): boolean {
  return path.startsWith("node_modules/") || path.startsWith("assembly/proxy-wasm/");
}

/**
 * The files that an entry consists of, as shipped: the one to read first, then what it imports in
 * order of first mention, libraries last.
 */
export function filesOf({ entry, main }: GalleryEntry): readonly string[] {
  const all = new Set<string>([main]);
  const visit = (path: string) => {
    all.add(path);
    for (const imported of importsOf(path)) if (!all.has(imported)) visit(imported);
  };
  visit(entry);
  for (const imported of importsOf(main)) if (!all.has(imported)) visit(imported);
  const files = [...all];
  return [...files.filter((it) => !isLibrary(it)), ...files.filter(isLibrary)];
}

function importsOf(path: string): readonly string[] {
  const text = shipped[path] ?? "";
  return [...text.matchAll(/^(?:import|export|\})[^"\n]*"([^"]+)";/gm)].flatMap(([, from = ""]) => {
    const target = from === IMPORTED_AS ? IMPORTS : resolve(path, from);
    return target in shipped ? [target] : [];
  });
}

function resolve(from: string, relative: string): string {
  return `${new URL(relative, `file:///${from}`).pathname.slice(1)}.ts`;
}

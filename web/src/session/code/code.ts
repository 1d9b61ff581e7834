/** What the Code view and the gallery may ask for. */
import { strToU8, zipSync } from "fflate";
import { galleryEntry } from "../../state/gallery.ts";
import { useCode, type TextPosition } from "../../state/code.ts";
import { useStore } from "../../state/store.ts";
import { claimChoice, sha256 } from "../module.ts";
import { run } from "../run.ts";
import { saveFile } from "../saveFile.ts";
import { build, buildRelease, scheduleBuild } from "./build.ts";
import { fetchBuild } from "./builds.ts";
import {
  isChanges,
  keepChanges,
  keepReplaced,
  keptChanges,
  keptReplaced,
  type Changes,
} from "./keptSources.ts";
import { compilerFiles, filesOf, isLibrary, shipped } from "./sources.ts";

export { build } from "./build.ts";
export { filesOf, isLibrary, shipped } from "./sources.ts";

/** The text of a file as it is now. */
export function textOf(path: string): string {
  return useCode.getState().changes[path] ?? shipped[path] ?? "";
}

/** An entry was opened, and no module has come since: what runs is still the one before. */
let isOnItsWay = false;
useStore.subscribe(({ module }, before) => {
  if (module !== before.module) isOnItsWay = false;
});

/** Called when the Code view opens: shows the sources of what runs, and runs their -O0 build. */
export async function openCode(): Promise<void> {
  const { module } = useStore.getState();
  const entry = module?.entry;
  if (!isOnItsWay && entry !== undefined && entry !== useCode.getState().entry) showEntry(entry);
  else if (Object.keys(useCode.getState().changes).length === 0) restoreChanges();
  // A file of the user's goes on running until these sources are wanted.
  if (module && entry === undefined && !isOnItsWay) return;
  // What the compiler failed at is tried again when it is changed, or on demand.
  if (useCode.getState().build.status !== "failed") await build();
}

/** Opens a starting point: its build as it is, or, where its sources are at hand, those. */
export async function openEntry(id: string): Promise<void> {
  const entry = galleryEntry(id);
  if (!entry) return;
  const { view, set } = useStore.getState();
  set({ dialog: undefined, drawer: false, notice: undefined, introDismissed: true });
  showEntry(id);
  needs(entry.needs);
  if (view === "code" || Object.keys(useCode.getState().changes).length > 0) return build();
  const isCurrent = claimChoice();
  try {
    const bytes = await fetchBuild(id);
    const digest = await sha256(bytes);
    if (!isCurrent()) return;
    const name = `${id}.wasm`;
    const isBuiltIn = id === "wasmerang";
    useStore.getState().setModule({ name, bytes, sha256: digest, isBuiltIn, entry: id });
    run();
  } catch (error) {
    set({ notice: `${entry.name} could not be loaded: ${String(error)}` });
  }
}

/** Gives tcp_proxy what a filter cannot do without, and says so. */
function needs(needed: { readonly maxEarlyDataBytes: number } | undefined): void {
  const { document, edit, set } = useStore.getState();
  if (!needed || document.tcpProxy?.maxEarlyDataBytes !== undefined) return;
  edit({ ...document, tcpProxy: { cluster: "default", ...document.tcpProxy, ...needed } });
  const notice = `tcp_proxy now has max_early_data_bytes ${needed.maxEarlyDataBytes}: without it, Envoy reads nothing while the filter holds the connection.`;
  set({ notice });
}

/** What was changed of an entry, if it is the one at hand and anything was. */
export function changesFor(id: string): Changes | undefined {
  const { entry, changes } = useCode.getState();
  return entry === id && Object.keys(changes).length > 0 ? changes : undefined;
}

/**
 * Sources that a link brought: they are run, and what was kept here can be brought back. Throws when
 * they are none of an entry here.
 */
export async function openShared(id: string, changes: unknown): Promise<void> {
  if (!galleryEntry(id) || !isChanges(changes)) throw new TypeError("no sources of an entry here");
  showEntry(id);
  const own = useCode.getState().changes;
  const known = Object.entries(changes).filter(
    ([path]) => Object.hasOwn(shipped, path) && !isLibrary(path),
  );
  const shared = Object.fromEntries(known);
  const hasOwn = Object.keys(own).length > 0;
  const isOwn = JSON.stringify(own) === JSON.stringify(shared);
  // Not kept before the first edit: a look at a link changes nothing of what was kept here.
  if (!isOwn) useCode.getState().set({ changes: shared, ...(hasOwn ? { replaced: own } : {}) });
  useStore.getState().set({ notice: "Compiling the sources that came with this link…" });
  await build();
  const { build: result } = useCode.getState();
  const failed = "The sources that came with this link do not compile: see the Code view.";
  useStore.getState().set({ notice: result.status === "built" ? undefined : failed });
}

/** Own changes and those of a link take each other's place; neither is lost. */
export function swapReplaced(): void {
  const { entry, changes, replaced, set } = useCode.getState();
  if (!replaced) return;
  const others = Object.keys(changes).length > 0 ? changes : undefined;
  set({ changes: replaced, replaced: others });
  keepBoth(entry, replaced, others);
  void build();
}

export function forgetReplaced(): void {
  const { entry, set } = useCode.getState();
  set({ replaced: undefined });
  keepReplaced(entry, undefined);
}

function keepBoth(entry: string, changes: Changes, replaced: Changes | undefined): void {
  if (keepReplaced(entry, replaced) && keepChanges(entry, changes)) return;
  useStore.getState().set({
    notice: "The browser does not let the page keep the sources: download them before you leave.",
  });
}

function showEntry(id: string): void {
  const entry = galleryEntry(id);
  if (!entry) return;
  isOnItsWay = true;
  useCode.getState().set({
    entry: id,
    file: entry.main,
    line: undefined,
    reveal: undefined,
    build: { status: "shipped" },
    diagnostics: [],
    replaced: keptReplaced(id),
    release: { status: "none" },
    changes: keptChanges(id),
  });
}

function restoreChanges(): void {
  const { entry, set } = useCode.getState();
  const changes = keptChanges(entry);
  if (Object.keys(changes).length > 0) set({ changes });
}

/** Called for each edit of a file. */
export function edit(path: string, text: string): void {
  if (text === textOf(path)) return;
  const { entry, changes, replaced, set } = useCode.getState();
  const next = { ...changes };
  if (text === shipped[path]) delete next[path];
  else next[path] = text;
  set({ changes: next });
  keepBoth(entry, next, replaced);
  scheduleBuild();
}

/** All files of the entry as they were shipped. */
export function reset(): void {
  const { entry, replaced, set } = useCode.getState();
  set({ changes: {} });
  keepBoth(entry, {}, replaced);
  void build();
}

/** Shows a place in the sources, in the Code view. */
export function goToSource(file: string, at: TextPosition): void {
  useStore.getState().set({ view: "code", drawer: false, dialog: undefined });
  if (file in shipped) useCode.getState().set({ file, line: at.line, reveal: { file, at } });
}

/** Saves the sources of the entry with what it takes to compile them. */
export function downloadSources(): void {
  const { entry, changes } = useCode.getState();
  const found = galleryEntry(entry);
  if (!found) return;
  const files = { ...compilerFiles, ...shipped, ...changes };
  const paths = ["asconfig.json", ...filesOf(found)].filter((it) => !it.startsWith("node_modules"));
  const command = `asc ${found.entry} --target release --outFile ${entry}.wasm`;
  const manifest = {
    private: true,
    type: "module",
    scripts: { build: command },
    dependencies: { "@solo-io/proxy-runtime": "^0.1.8", assemblyscript: "^0.28.20" },
  };
  const contents = [
    ...paths.map((path) => [path, files[path] ?? ""]),
    ["package.json", `${JSON.stringify(manifest, undefined, 2)}\n`],
  ];
  const zip = zipSync(
    Object.fromEntries(contents.map(([path = "", text = ""]) => [path, strToU8(text)])),
  );
  saveFile(`${entry}-sources.zip`, zip, "application/zip");
}

/** Makes the release build and saves it; its size and hash are then in the store. */
export async function downloadRelease(): Promise<void> {
  const { entry } = useCode.getState();
  const bytes = await buildRelease();
  if (bytes) saveFile(`${entry}.wasm`, bytes, "application/wasm");
}

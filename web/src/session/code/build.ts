/** From sources to the module that runs. */
import { editedName, galleryEntry } from "../../state/gallery.ts";
import { useCode, type Release } from "../../state/code.ts";
import { useStore, type Module } from "../../state/store.ts";
import { claimChoice, sha256 } from "../module.ts";
import { run } from "../run.ts";
import { fetchBuild, fetchSourceMap } from "./builds.ts";
import { makeCompiler, type CompileResult } from "./compiler.ts";
import type { Target } from "./compilerProtocol.ts";
import { endedWhileCompiling, noteCompiling, type Changes } from "./keptSources.ts";
import { compilerFiles, shipped } from "./sources.ts";

/** Typing pauses this long before it is compiled. */
const TYPING_MS = 150;

let typing: ReturnType<typeof setTimeout> | undefined;

const compiler = makeCompiler((isLoading) => {
  const { build, set } = useCode.getState();
  // Else nobody waits for it any more.
  const isAwaited = build.status === "loading" || build.status === "compiling";
  if (isAwaited) set({ build: { status: isLoading ? "loading" : "compiling" } });
});
/** A release takes seconds; typing must not wait for it. */
const releaseCompiler = makeCompiler();

/** The module that was made of the sources as they are, so that it is not made again. */
let made: { readonly module: Module; readonly changes: object; readonly entry: string } | undefined;

/** Called after each edit: compiles and runs once typing pauses. */
export function scheduleBuild(): void {
  clearTimeout(typing);
  // What still comes of the text before this edit is stale.
  claimChoice();
  typing = setTimeout(() => void build(), TYPING_MS);
}

/**
 * Compiles the sources if they were changed, and runs what came of it; what is shipped where nothing
 * came of it and nothing of theirs runs yet. Never rejects.
 */
export async function build(): Promise<void> {
  clearTimeout(typing);
  const isCurrent = claimChoice();
  const { entry, changes, set } = useCode.getState();
  const isMade = made?.entry === entry && made.changes === changes;
  if (isMade && made?.module === useStore.getState().module) return;
  set({ release: { status: "none" } });
  const put = (module: Module) => {
    made = { module, changes, entry };
    show(module);
  };
  if (made && isMade) return put(made.module);
  if (Object.keys(changes).length === 0) {
    set({ build: { status: "shipped" }, diagnostics: [] });
    try {
      const module = await shippedModule(entry);
      if (isCurrent()) put(module);
    } catch (error) {
      if (isCurrent()) set({ build: { status: "failed", message: String(error) } });
    }
    return;
  }
  if (useCode.getState().build.status !== "loading") set({ build: { status: "compiling" } });
  const startedAt = performance.now();
  // The sources are those still; another module may have been chosen, which then goes on running.
  const isWanted = () => {
    const now = useCode.getState();
    return now.entry === entry && now.changes === changes;
  };
  const result = await compileWatched(entry, changes);
  if (!isWanted()) return;
  if (isCurrent() && result.kind !== "compiled" && useStore.getState().module?.entry !== entry) {
    // Such as after a reload: else another filter would run, as if it were made of these sources.
    const module = await shippedModule(entry).catch(() => undefined);
    if (!isCurrent()) return;
    if (module) show(module);
  }
  switch (result.kind) {
    case "compiled": {
      const { wasm: bytes, sourceMap, warnings } = result;
      const milliseconds = Math.round(performance.now() - startedAt);
      const digest = await sha256(bytes);
      if (!isWanted()) return;
      set({ build: { status: "built", milliseconds }, diagnostics: warnings });
      if (!isCurrent()) return;
      return put(moduleOf(editedName(entry), bytes, digest, entry, sourceMap));
    }
    case "refused":
      return set({ build: { status: "refused" }, diagnostics: result.diagnostics });
    case "failed":
      return set({ build: { status: "failed", message: result.message } });
    case "unavailable":
      return set({ build: { status: "unavailable" } });
    case "superseded":
      return;
  }
}

function show(module: Module): void {
  useStore.getState().setModule(module);
  if (useStore.getState().runOnChange) run();
}

/** Sources that took the page along are not compiled again before they are changed. */
async function compileWatched(entry: string, changes: Changes): Promise<CompileResult> {
  if (endedWhileCompiling(entry, changes)) {
    const message = "The browser ended the page while these sources were compiled.";
    return { kind: "failed", message };
  }
  noteCompiling({ entry, changes });
  const result = await compiler.compile(request("debug"));
  if (result.kind !== "superseded") noteCompiling(undefined);
  return result;
}

/** The release build of the sources as they are. Undefined, with the store saying why, if there is none. */
export async function buildRelease(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { entry, changes, set } = useCode.getState();
  const settle = (release: Release) => {
    // For sources that were edited since, it comes too late.
    if (useCode.getState().changes === changes && useCode.getState().entry === entry) {
      set({ release });
    }
  };
  set({ release: { status: "compiling" } });
  try {
    const isChanged = Object.keys(changes).length > 0;
    const bytes = isChanged ? await compileRelease() : await fetchBuild(entry);
    settle({ status: "built", size: bytes.length, sha256: await sha256(bytes) });
    return bytes;
  } catch (error) {
    settle({ status: "failed", message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

async function compileRelease(): Promise<Uint8Array<ArrayBuffer>> {
  const result = await releaseCompiler.compile(request("release"));
  releaseCompiler.stop();
  if (result.kind === "compiled") return result.wasm;
  throw new Error(failureText(result));
}

function failureText(result: Exclude<CompileResult, { readonly kind: "compiled" }>): string {
  switch (result.kind) {
    case "refused":
      return "The sources have errors.";
    case "failed":
      return result.message;
    case "unavailable":
      return "The compiler could not be loaded.";
    case "superseded":
      return "Another build was asked for.";
  }
}

function request(target: Target) {
  const { entry, changes } = useCode.getState();
  const sources = { ...compilerFiles, ...shipped, ...changes };
  return { name: entry, entry: galleryEntry(entry)?.entry ?? "", target, sources };
}

/** The build with a source map that came with the page. Throws an Error. */
async function shippedModule(entry: string): Promise<Module> {
  const name = `${entry}.debug`;
  const [bytes, sourceMap] = await Promise.all([fetchBuild(name), fetchSourceMap(name)]);
  return moduleOf(`${name}.wasm`, bytes, await sha256(bytes), entry, sourceMap);
}

function moduleOf(
  name: string,
  bytes: Uint8Array,
  digest: string,
  entry: string,
  sourceMap: string | undefined,
): Module {
  const module = { name, bytes, sha256: digest, isBuiltIn: false, entry };
  return sourceMap === undefined ? module : { ...module, sourceMap };
}

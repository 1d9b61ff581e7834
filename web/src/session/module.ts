/** The module that the page runs: the filter as served beside it, or a file of the user's. */
import address from "../../../filter/build/wasmerang.wasm?url";
import { useStore, type Module } from "../state/store.ts";
import { run } from "./run.ts";
import { saveFile } from "./saveFile.ts";
import { inspectInWorker } from "./simulate.ts";

/** Larger files are refused: several copies of a module are in memory at once. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** While a file is held over the page, dragover comes several times a second. */
const DRAG_MS = 600;

let builtIn: Module | undefined;
/** Counts the files that were asked for: a slow read must not replace a later choice. */
let asked = 0;

/** Fetches the filter and puts it in the store. Throws with what the server answered. */
export async function loadModule(): Promise<void> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address}: the server answered ${response.status}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = await sha256(bytes);
  builtIn = {
    name: "wasmerang.wasm",
    bytes,
    sha256: digest,
    isBuiltIn: true,
    entry: "wasmerang",
  };
  // A file that was dropped meanwhile stays.
  if (!useStore.getState().module) useStore.getState().setModule(builtIn);
}

/** In hexadecimal. Answers "" where the browser has no digests: on pages that came over plain http. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (!subtle) return "";
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Begins a choice of the module; answers whether it is still the last one. */
export function claimChoice(): () => boolean {
  const turn = (asked += 1);
  return () => turn === asked;
}

/** Inspects a file, shows the report and runs it; the file stays in this page. */
export async function openModule(file: File): Promise<void> {
  const turn = (asked += 1);
  const { set, setModule } = useStore.getState();
  if (file.size > MOST_BYTES) {
    const size = (file.size / (1024 * 1024)).toFixed(1);
    const notice = `${file.name} has ${size} MiB. The limit here is 64 MiB; the command line has none: npx wasmerang inspect. ${stays()}`;
    return set({ notice });
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    if (turn !== asked) return;
    return set({ notice: `${file.name} could not be read: is it a folder, or gone? ${stays()}` });
  }
  const digest = await sha256(bytes);
  if (turn !== asked) return;
  setModule({ name: file.name, bytes, sha256: digest, isBuiltIn: false });
  set({ view: "module", dialog: undefined, drawer: false, notice: undefined });
  set({ introDismissed: true });
  await inspectCurrent();
  if (turn === asked) run();
}

/** Opens a file that was chosen or dropped: a scenario by its name, anything else as a module. */
export async function openFile(file: File): Promise<void> {
  if (!/\.json$/i.test(file.name)) return openModule(file);
  await (await import("./scenario/files.ts")).openScenario(file);
}

const stays = () => `${useStore.getState().module?.name ?? "The filter"} stays.`;

/** Back to the filter that came with the page; runs it. */
export function restoreModule(): void {
  asked += 1;
  if (!builtIn) return;
  useStore.getState().setModule(builtIn);
  run();
}

/** Puts the report of the running module in the store, unless it is there. Never rejects. */
export async function inspectCurrent(): Promise<void> {
  const { module, inspection, setInspection } = useStore.getState();
  if (!module || inspection) return;
  setInspection(module, { status: "running" });
  try {
    const found = await inspectInWorker(module.bytes);
    setInspection(module, { status: "done", inspection: found });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    setInspection(module, { status: "failed", message });
  }
}

/** Saves the running module as a file, exactly as it ran. */
export function downloadModule(): void {
  const { module } = useStore.getState();
  if (!module) return;
  saveFile(module.name, module.bytes.slice(), "application/wasm");
}

/** Takes files that are dropped anywhere on the page; text may still be dropped into fields. */
export function listenForFiles(): void {
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  let gone: ReturnType<typeof setTimeout> | undefined;
  const show = (isDragging: boolean) => {
    clearTimeout(gone);
    if (isDragging) gone = setTimeout(() => show(false), DRAG_MS);
    if (useStore.getState().isDragging !== isDragging) useStore.getState().set({ isDragging });
  };
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    show(true);
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    // Without this the browser would leave the page for the file.
    event.preventDefault();
    show(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    const file = files.find(({ name }) => name.endsWith(".wasm")) ?? files[0];
    if (file) void openFile(file);
  });
}

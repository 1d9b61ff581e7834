/** Runs B beside A, over the scenario and over a sweep. */
import type { ScenarioDocument, TraceEvent } from "wasmerang";
import {
  documentOfB,
  moduleOfB,
  useCompare,
  type ModuleChoice,
  type Override,
} from "../../state/compare.ts";
import { editConnection, pluginOf } from "../../state/editScenario.ts";
import { galleryEntry } from "../../state/gallery.ts";
import { useStore, type Module, type Run } from "../../state/store.ts";
import { destinationAt, sourceAt } from "../../trace/sweep/plan.ts";
import { fetchBuild } from "../code/builds.ts";
import { MOST_BYTES, sha256 } from "../module.ts";
import { QUIET_MS, startSimulation, type SimulationEnd } from "../simulate.ts";

/** Typing pauses this long before B runs. */
const TYPING_MS = 150;

let typing: ReturnType<typeof setTimeout> | undefined;
let stopCurrent: (() => void) | undefined;

/** Called whenever something of A or B changed: runs B once typing pauses. */
export function scheduleB(): void {
  clearTimeout(typing);
  typing = setTimeout(runB, TYPING_MS);
}

/** Ends what runs; called when the view closes. */
export function stopB(): void {
  clearTimeout(typing);
  stopCurrent?.();
  stopCurrent = undefined;
}

/** Module and document of B as they stand; undefined while the module is fetched. */
export function presentB():
  { readonly module: Module; readonly document: ScenarioDocument } | undefined {
  const { document, module: moduleA } = useStore.getState();
  const state = useCompare.getState();
  const module = moduleOfB(state, moduleA);
  return module && { module, document: documentOfB(state.override, document) };
}

function runB(): void {
  stopB();
  const documentOfA = useStore.getState().document;
  const b = presentB();
  if (!b) return;
  let events: TraceEvent[] = [];
  const stop = startSimulation(b.module.bytes, b.document, {
    events(more) {
      for (const event of more) events.push(event);
    },
    restart() {
      events = [];
    },
    end(end) {
      stopCurrent = undefined;
      const ended = endOf(end);
      // An invalid scenario is told by its form; the last comparison stays.
      if (ended) useCompare.getState().set({ runB: { ...b, documentOfA, events, ...ended } });
    },
  });
  stopCurrent = stop;
}

function endOf(end: SimulationEnd): Pick<Run, "status" | "message"> | undefined {
  switch (end.status) {
    case "refused":
      return undefined;
    case "done":
      return { status: "done" };
    case "failed":
      return { status: "failed", message: end.message };
    case "stopped":
      return { status: "timedOut", message: `B was stopped: ${end.limit}.` };
    case "timedOut": {
      const where = end.callback ? `in ${end.callback}` : "while the module started";
      return {
        status: "timedOut",
        message: `B was stopped: no event for ${QUIET_MS / 1000} s ${where}. Envoy has no such limit; its worker would hang.`,
      };
    }
  }
}

/** Takes another module for B; one of the gallery is fetched first. */
export async function chooseB(choice: ModuleChoice): Promise<void> {
  const { set } = useCompare.getState();
  set({ choice, problem: undefined, row: undefined });
  if (choice.kind !== "gallery" || useCompare.getState().fetched?.entry === choice.id) return;
  try {
    const bytes = await fetchBuild(choice.id);
    const digest = await sha256(bytes);
    const fetched: Module = {
      name: `${choice.id}.wasm`,
      bytes,
      sha256: digest,
      isBuiltIn: choice.id === "wasmerang",
      entry: choice.id,
    };
    if (useCompare.getState().choice === choice) set({ fetched });
  } catch (error) {
    const name = galleryEntry(choice.id)?.name ?? choice.id;
    if (useCompare.getState().choice === choice)
      set({ problem: `${name} could not be loaded: ${String(error)}` });
  }
}

/** Takes a file of the user's as the module of B. It stays in this page. */
export async function chooseFileB(file: File): Promise<void> {
  const { set } = useCompare.getState();
  if (file.size > MOST_BYTES) {
    const size = (file.size / (1024 * 1024)).toFixed(1);
    return set({ problem: `${file.name} has ${size} MiB. The limit here is 64 MiB.` });
  }
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const digest = await sha256(bytes);
    keepAsB({ name: file.name, bytes, sha256: digest, isBuiltIn: false });
  } catch {
    set({ problem: `${file.name} could not be read: is it a folder, or gone?` });
  }
}

/** Keeps the present module, configuration and policy as B, so that A can go on from there. */
export function keepPresent(): void {
  const { document, module } = useStore.getState();
  if (!module) return;
  const { configuration, failurePolicy = "FAIL_CLOSED" } = pluginOf(document);
  setOverride({ configuration, failurePolicy });
  keepAsB(module);
}

function keepAsB(module: Module): void {
  const { kept, set } = useCompare.getState();
  const others = kept.filter((one) => one !== module);
  set({ kept: [module, ...others].slice(0, 5) });
  void chooseB({ kind: "module", module });
}

/** What B has of its own from now on. */
export function setOverride(override: Override): void {
  useCompare.getState().set({ override, row: undefined });
}

/** Makes a connection of the compared sweep the selected one, and shows both traces of it. */
export function compareAt(index: number): void {
  const { sweep, set } = useCompare.getState();
  const { document, connection, edit } = useStore.getState();
  if (!sweep || !document.connections[connection]) return;
  const source = sourceAt(sweep.plan, sweep.list, index);
  const destination = destinationAt(sweep.plan, sweep.list, index);
  edit(editConnection(document, connection, { source, destination }));
  set({ tab: "trace", row: undefined });
}

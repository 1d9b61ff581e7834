/**
 * The one store: plain data and synchronous actions. Everything asynchronous is in session/,
 * everything derived in trace/.
 */
import { create } from "zustand";
import type { ScenarioDocument, ScenarioProblem, StackFrame, TraceEvent } from "wasmerang";
import type { ModuleInspection } from "./moduleInspection.ts";
import type { RowKind } from "../trace/rowKinds.ts";
import type { ViewName } from "./views.ts";

/** The path under which the scenario's own text is a draft, while it cannot be read. */
export const JSON_TEXT = "$";

export type Theme = "system" | "light" | "dark";
export type LowerTab = "trace" | "log" | "problems" | "state" | "properties";
/** What a narrow screen shows, one at a time. */
export type NarrowPane = "flow" | "trace" | "call" | "scenario";

/** The last run. `events` stay until the next run has some of its own. */
export interface Run {
  readonly status: "running" | "done" | "timedOut" | "stopped" | "failed";
  readonly events: readonly TraceEvent[];
  /** The document that gave these events; differs from the edited one while that is invalid. */
  readonly document: ScenarioDocument;
  /** The module that gave them. */
  readonly module: Module | undefined;
  /** The guest's frames at each host call, by its `seq`; for modules with a source map. */
  readonly stacks?: ReadonlyMap<number, readonly StackFrame[]>;
  /** For `failed`: our own error with its stack. For `timedOut`: which callback did not return. */
  readonly message?: string;
}

/** The wasm module that runs. */
export interface Module {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In hexadecimal; empty where the browser has no digests (plain http). */
  readonly sha256: string;
  /** The filter that came with the page, not a file of the user's. */
  readonly isBuiltIn: boolean;
  /** The filter of the gallery that it is or was made of; absent for a file of the user's. */
  readonly entry?: string;
  /** JSON; of a build that is not optimized, in the Code view. */
  readonly sourceMap?: string;
}

/** The pre-flight report of the module, or how far it is. */
export type InspectionState =
  | { readonly status: "running" }
  | { readonly status: "done"; readonly inspection: ModuleInspection }
  /** A bug of ours: the error with its stack. */
  | { readonly status: "failed"; readonly message: string };

export interface State {
  /** What the user edits; may be invalid, then nothing new runs and `run` stays. */
  readonly document: ScenarioDocument;
  /** What is wrong with `document`, as of its last check. */
  readonly problems: readonly ScenarioProblem[];
  readonly module: Module | undefined;
  /** Of `module`; undefined until somebody asks. */
  readonly inspection: InspectionState | undefined;
  readonly run: Run | undefined;
  /** Index into scenario connections; the form, verdict and flow show this one. */
  readonly connection: number;
  /** Playhead: the `seq` up to which things have happened. Undefined: the whole run. */
  readonly cursor: number | undefined;
  /** The event that the inspector shows. Undefined: the deciding one. */
  readonly selected: number | undefined;
  readonly playing: boolean;
  readonly view: ViewName;
  readonly tab: LowerTab;
  readonly pane: NarrowPane;
  /** What the trace list is narrowed to: a text, and kinds that are left out. */
  readonly search: string;
  readonly hiddenKinds: readonly RowKind[];
  readonly theme: Theme;
  readonly introDismissed: boolean;
  /** Whether an edit starts a run by itself. */
  readonly runOnChange: boolean;
  /** Whether single keys (→, D, T, ...) act; Esc and Ctrl Enter always do. */
  readonly shortcuts: boolean;
  /** Medium screens: the scenario is open over the centre. */
  readonly drawer: boolean;
  readonly dialog: "keys" | "modelled" | "gallery" | "tour" | "longLink" | undefined;
  /** A file is held over the page. */
  readonly isDragging: boolean;
  /**
   * Text of fields whose content the document cannot hold, such as a size of "abc", by the
   * field's path. A field with a draft is wrong.
   */
  readonly drafts: Readonly<Record<string, string>>;
  /** The scenario before each step that can be undone, oldest first; see session/history.ts. */
  readonly past: readonly ScenarioDocument[];
  /** What was undone, the next to redo last. */
  readonly future: readonly ScenarioDocument[];
  /** What was last put in place as a whole: a preset, a link, a file. */
  readonly opened: ScenarioDocument;
  /** How the scenario is edited. */
  readonly editor: "form" | "json";
  /** One line for the user that is no run result: link copied, link broken. */
  readonly notice: string | undefined;

  edit(document: ScenarioDocument): void;
  setProblems(problems: readonly ScenarioProblem[]): void;
  /** Another module: what was known of the last one goes. */
  setModule(module: Module): void;
  setInspection(module: Module, inspection: InspectionState): void;
  setRun(run: Run): void;
  selectConnection(index: number): void;
  /**
   * Moves the playhead, and selects the event and the connection given; undefined shows the whole
   * run, or leaves the connection. One change: whoever listens is told once for each step.
   */
  moveTo(seq: number | undefined, connection?: number): void;
  /** Selects without starting the playhead. */
  select(seq: number | undefined): void;
  /** Keeps what was typed where the document cannot; undefined drops it. */
  draft(path: string, text: string | undefined): void;
  /** Drops the drafts of every field below `path`. */
  dropDrafts(path: string): void;
  /** Puts another whole document in place, without drafts and with the whole run in view. */
  replace(document: ScenarioDocument): void;
  /** The same for a document of before: the work on it goes on, at the same connection. */
  restore(document: ScenarioDocument): void;
  set(patch: Partial<View>): void;
}

/** The plain fields that panels set directly. */
export type View = Pick<
  State,
  | "playing"
  | "view"
  | "tab"
  | "pane"
  | "search"
  | "hiddenKinds"
  | "theme"
  | "introDismissed"
  | "runOnChange"
  | "shortcuts"
  | "drawer"
  | "dialog"
  | "isDragging"
  | "past"
  | "future"
  | "editor"
  | "notice"
>;

const nothing: ScenarioDocument = { clusters: {}, connections: [] };

export const useStore = create<State>()((set) => ({
  document: nothing,
  problems: [],
  module: undefined,
  inspection: undefined,
  run: undefined,
  connection: 0,
  cursor: undefined,
  selected: undefined,
  playing: false,
  view: "trace",
  tab: "trace",
  pane: "flow",
  search: "",
  hiddenKinds: ["allocation"],
  theme: "system",
  introDismissed: false,
  runOnChange: true,
  shortcuts: true,
  drawer: false,
  dialog: undefined,
  isDragging: false,
  drafts: {},
  past: [],
  future: [],
  opened: nothing,
  editor: "form",
  notice: undefined,

  edit: (document) => set({ document }),
  setProblems: (problems) => set({ problems }),
  setModule: (module) => set({ module, inspection: undefined }),
  // The answer for a module that has been replaced since comes too late.
  setInspection: (module, inspection) =>
    set((state) => (state.module === module ? { inspection } : {})),
  setRun: (run) => set({ run }),
  selectConnection: (connection) => set({ connection }),
  moveTo: (seq, connection) =>
    set({ cursor: seq, selected: seq, ...(connection === undefined ? {} : { connection }) }),
  select: (selected) => set({ selected }),
  draft: (path, text) =>
    set((state) => {
      const drafts = { ...state.drafts };
      if (text === undefined) delete drafts[path];
      else drafts[path] = text;
      return { drafts };
    }),
  dropDrafts: (path) =>
    set(({ drafts }) => ({
      drafts: Object.fromEntries(Object.entries(drafts).filter(([key]) => !key.startsWith(path))),
    })),
  replace: (document) => set({ ...placed(document), opened: document, connection: 0 }),
  restore: (document) =>
    set(({ connection }) => ({
      ...placed(document),
      connection: Math.max(0, Math.min(connection, document.connections.length - 1)),
    })),
  set: (patch) => set(patch),
}));

/** What another whole document changes. */
const placed = (document: ScenarioDocument) => ({
  document,
  drafts: {},
  problems: [],
  cursor: undefined,
  selected: undefined,
});

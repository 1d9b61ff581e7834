/** The export: for which target, with what in it, and what the filter says to it. Loaded with its view. */
import { bundleTargets, type PluginConfiguration, type PluginSettings } from "wasmerang";
import { create } from "zustand";
import type { Module } from "./store.ts";

/** Whose configuration goes into the files: the scenario's, or the one that they hold already. */
export type ConfigurationFrom = "scenario" | "files";

/** What an answer is about. */
export interface ExportSubject {
  /** Name of the bundle's target. */
  readonly target: string;
  readonly module: Module;
  /** Undefined: the files keep theirs. */
  readonly configuration: PluginConfiguration | undefined;
  /** What is undefined of it, the files keep. */
  readonly plugin: PluginSettings;
}

/** The module as it goes into the bundle. */
export interface ExportedModule {
  readonly wasm: Uint8Array;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Whether it was built for the bundle, since the build that runs is not optimized. */
  readonly isRelease: boolean;
  /** Why there is no such build, so that the one that runs goes into the bundle. */
  readonly releaseProblem?: string;
}

export type ExportOutcome =
  /** `unknownClusters` are names that the filter chose and the files lack. */
  | {
      readonly status: "accepted";
      readonly module: ExportedModule;
      readonly unknownClusters: readonly string[];
    }
  /** Nothing can be exported: why, and what the filter logged. */
  | { readonly status: "refused"; readonly reason: string; readonly logs: readonly string[] }
  /** Nothing can be exported: the filter met a limit of the page, and what Envoy would do is not known. */
  | { readonly status: "stopped"; readonly reason: string }
  /** Nobody could ask the filter: a bug of ours, or code that could not be loaded. */
  | { readonly status: "failed"; readonly message: string };

export interface ExportAnswer {
  readonly subject: ExportSubject;
  readonly outcome: ExportOutcome;
}

interface ExportState {
  readonly target: string;
  readonly from: ConfigurationFrom;
  /** The file in the preview; undefined, or one that the target lacks: the first with something filled in. */
  readonly path: string | undefined;
  /** The last answer; may be about something else than what is chosen now. */
  readonly answer: ExportAnswer | undefined;
  set(patch: Partial<Omit<ExportState, "set">>): void;
}

export const useExport = create<ExportState>()((set) => ({
  target: bundleTargets[0]?.name ?? "",
  from: "scenario",
  path: undefined,
  answer: undefined,
  set: (patch) => set(patch),
}));

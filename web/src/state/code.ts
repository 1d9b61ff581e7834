/** What the Code view holds beside the run: sources, their build, where the user looks. */
import { create } from "zustand";
import { gallery } from "./gallery.ts";

/** Lines and columns count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A message of the compiler. */
export interface Diagnostic {
  readonly severity: "pedantic" | "info" | "warning" | "error";
  readonly code: number;
  readonly message: string;
  /** Absent: it is about the whole program, or about the compiler's own library. */
  readonly at?: { readonly file: string; readonly from: TextPosition; readonly to: TextPosition };
}

export type Build =
  /** The sources are as shipped: their build came with the page. */
  | { readonly status: "shipped" }
  /** The compiler is being fetched. */
  | { readonly status: "loading" }
  | { readonly status: "compiling" }
  /** The sources as they are run. */
  | { readonly status: "built"; readonly milliseconds: number }
  /** `diagnostics` say why. */
  | { readonly status: "refused" }
  /** The compiler failed by itself, or did not answer. */
  | { readonly status: "failed"; readonly message: string }
  /** The compiler's code could not be loaded. */
  | { readonly status: "unavailable" };

/** The build for download, with the flags of `npm run build:wasm`. */
export type Release =
  | { readonly status: "none" | "compiling" }
  | { readonly status: "built"; readonly size: number; readonly sha256: string }
  | { readonly status: "failed"; readonly message: string };

export interface CodeState {
  /** Id of the gallery. */
  readonly entry: string;
  /** Changed files only, text by path. */
  readonly changes: Readonly<Record<string, string>>;
  /** The file in the editor. */
  readonly file: string;
  /** The line of `file` whose calls are listed. */
  readonly line: number | undefined;
  /** Where the editor should go; a new object each time. */
  readonly reveal: { readonly file: string; readonly at: TextPosition } | undefined;
  readonly build: Build;
  /** Of the newest build, whether it was refused or not. */
  readonly diagnostics: readonly Diagnostic[];
  readonly release: Release;
  /** Own changes that a link's took the place of, or, once these were brought back, the link's. */
  readonly replaced: Readonly<Record<string, string>> | undefined;
  set(patch: Partial<Omit<CodeState, "set">>): void;
}

const first = gallery[0];

export const useCode = create<CodeState>()((set) => ({
  entry: first?.id ?? "",
  changes: {},
  file: first?.main ?? "",
  line: undefined,
  reveal: undefined,
  build: { status: "shipped" },
  diagnostics: [],
  release: { status: "none" },
  replaced: undefined,
  set: (patch) => set(patch),
}));

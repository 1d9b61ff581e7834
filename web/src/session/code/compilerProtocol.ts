/** Every message between the page and the compiler's worker. */
import type { Diagnostic } from "../../state/code.ts";

/** Text by path, relative to the folder that asconfig.json is in. */
export type Sources = Readonly<Record<string, string>>;

/** A target of asconfig.json: `debug` is -O0 with a source map, `release` what is shipped. */
export type Target = "debug" | "release";

export interface CompileRequest {
  /** Answers carry it again. */
  readonly turn: number;
  /** Id of the gallery: the name of the build. */
  readonly name: string;
  readonly entry: string;
  readonly target: Target;
  /** All sources that the compiler may ask for, asconfig.json included. */
  readonly sources: Sources;
}

export interface Compiled {
  readonly kind: "compiled";
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** JSON; of the target `debug` only. */
  readonly sourceMap: string | undefined;
  readonly warnings: readonly Diagnostic[];
}

export type CompileAnswer =
  | Compiled
  /** The sources have errors; warnings are listed too. */
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  /** The compiler itself failed. */
  | { readonly kind: "failed"; readonly message: string };

export type CompilerMessage =
  /** Comes first, when the compiler's code is there. */
  { readonly kind: "loaded" } | ({ readonly turn: number } & CompileAnswer);

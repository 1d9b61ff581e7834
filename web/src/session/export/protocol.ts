/** Every message between the page and the worker of the export. */
import type { FilterCheck, PluginConfiguration } from "wasmerang";

export interface CheckRequest {
  readonly wasm: Uint8Array;
  /** Name of the bundle's target. */
  readonly target: string;
  readonly configuration: PluginConfiguration | undefined;
}

export type CheckMessage =
  /** The code is loaded; what follows is the guest's time. */
  | { readonly kind: "loaded" }
  | { readonly kind: "checked"; readonly check: FilterCheck; readonly sha256: string }
  /** The configuration is none. */
  | { readonly kind: "invalid"; readonly message: string }
  /** The simulator's limit that the guest met, a sentence without its end. */
  | { readonly kind: "stopped"; readonly message: string }
  /** A bug of ours: the error with its stack. */
  | { readonly kind: "failed"; readonly message: string };

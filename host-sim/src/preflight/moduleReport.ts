/** What the pre-flight inspection of a module says; plain data. */
import type { AbiVersion, LogLevelName } from "../abi.ts";
import type { SdkGuess } from "./guessSdk.ts";
import type { FilterKind } from "./guestExports.ts";
import type { WasmCustomSection, WasmExport, WasmImport } from "../wasmModule.ts";
import type { WasmLimits } from "../wasm/types.ts";

export type RefusalCode =
  | "empty"
  | "notWasm"
  | "component"
  | "truncated"
  | "corrupted"
  | "noAbi"
  | "unsupportedAbi"
  | "invalid"
  | "missingImport"
  | "globalImport"
  | "tagImport"
  | "importType"
  | "memoryTooLarge"
  | "exportType"
  | "missingAllocator";

/** Why Envoy refuses the module. */
export interface RefusalReason {
  readonly code: RefusalCode;
  /** What is wrong, in a sentence. */
  readonly summary: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A line of Envoy's `wasm` logger. */
export interface ModuleLogLine {
  readonly level: LogLevelName;
  readonly line: string;
}

export type StartFunctionName = "_initialize" | "main" | "__main_void" | "_start";

/** Whether Envoy takes a module. */
export interface LoadCheck {
  /** Envoy loads and links the module; what its start functions do is seen only by running it. */
  readonly accepted: boolean;
  /** Where Envoy refuses: reading the file, linking it, or looking up its exports. */
  readonly stage?: "load" | "link" | "exports";
  readonly abi?: AbiVersion;
  /**
   * Envoy's log lines up to `Wasm VM failed Failed to load|initialize Wasm code`. At stage
   * "exports" the start functions still run before the last of them.
   */
  readonly lines: readonly ModuleLogLine[];
  readonly reason?: RefusalReason;
  /** What Envoy calls when it starts a VM, in order. */
  readonly startFunctions: readonly StartFunctionName[];
  /** The allocator that Envoy calls for results. */
  readonly allocator?: "malloc" | "proxy_on_memory_allocate";
}

export interface ModuleReport extends LoadCheck {
  readonly imports: readonly WasmImport[];
  readonly exports: readonly WasmExport[];
  readonly kind: FilterKind;
  readonly sdk?: SdkGuess;
  /** The memory that the host reads and writes. */
  readonly memory?: WasmLimits;
  /** A function runs while the module is instantiated. */
  readonly startSection: boolean;
  /** Traps come with a back-trace only then. */
  readonly hasFunctionNames: boolean;
  readonly warnings: readonly string[];
  /** Bytes of the file, of its code and of its data. */
  readonly size: number;
  readonly codeSize: number;
  readonly dataSize: number;
  readonly functionCount: number;
  readonly customSections: readonly WasmCustomSection[];
  readonly sourceMapUrl?: string;
}

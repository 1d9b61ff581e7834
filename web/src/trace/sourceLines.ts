/** Which line of the source each event comes from, for modules with a source map. Pure. */
import { originalPositionFor, TraceMap, type EncodedSourceMap } from "@jridgewell/trace-mapping";
import type { HostCall, StackFrame, TraceEvent } from "wasmerang";
import type { Module, Run } from "../state/store.ts";
import { eventAt } from "./memoize.ts";

/** Line and column count from 1. */
export interface SourcePosition {
  /** Path as in the source map, such as `assembly/filter.ts` or `~lib/array.ts`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const maps = new WeakMap<Module, TraceMap>();

/** Where the frames of a guest's stack are in its sources, those left out that nothing is known of. */
export function positionsOf(
  module: Module,
  frames: readonly StackFrame[],
): readonly SourcePosition[] {
  if (module.sourceMap === undefined) return [];
  let map = maps.get(module);
  if (!map) {
    // The compiler's sourceRoot names no folder that exists: paths stay as the page knows them.
    const json: object = JSON.parse(module.sourceMap);
    maps.set(module, (map = new TraceMap({ ...(json as EncodedSourceMap), sourceRoot: "" })));
  }
  const known = map;
  return frames.flatMap(({ offset }) => {
    const at = positionAt(known, offset);
    if (at) return [at];
    const dropAt = dropAfterCall(module.bytes, offset);
    return (dropAt !== undefined && positionAt(known, dropAt)) || [];
  });
}

function positionAt(map: TraceMap, offset: number): SourcePosition | undefined {
  // The map of a wasm module has one line; its columns are bytes of the file.
  const { source, line, column } = originalPositionFor(map, { line: 1, column: offset });
  return source === null ? undefined : { file: source, line, column: column + 1 };
}

const CALL = 0x10;
const DROP = 0x1a;

/**
 * Of a call whose result nobody wants, the compiler gives its place to the `drop` that follows: its
 * offset, if that is what is at `offset`.
 */
function dropAfterCall(bytes: Uint8Array, offset: number): number | undefined {
  if (bytes[offset] !== CALL) return undefined;
  let at = offset + 1;
  // The function's index, as LEB128.
  while ((bytes[at] ?? 0) & 0x80) at += 1;
  return bytes[at + 1] === DROP ? at + 1 : undefined;
}

/**
 * The stack of an event, innermost first: of a host call, of what the host did or logged during it,
 * of a trap. Empty where nothing is known.
 */
export function stackOf(run: Run, event: TraceEvent): readonly SourcePosition[] {
  const { module, events, stacks } = run;
  if (!module) return [];
  if (event.kind === "trap") return positionsOf(module, event.frames);
  const frames = stacks?.get(event.seq);
  if (frames) return positionsOf(module, frames);
  const parent = eventAt(events, event.parent);
  return parent?.kind === "hostCall" ? stackOf(run, parent) : [];
}

/** The line that a reader looks for: the innermost one that is not of a library. */
export function sourceOf(run: Run, event: TraceEvent): SourcePosition | undefined {
  const stack = stackOf(run, event);
  return stack.find(({ file }) => !isLibraryFile(file)) ?? stack[0];
}

/** The compiler's library, packages, and the layer that all filters here stand on. */
export function isLibraryFile(file: string): boolean {
  return /^(?:~lib|node_modules|assembly\/proxy-wasm)\//.test(file);
}

type CallsByLine = ReadonlyMap<number, readonly HostCall[]>;
const folds = new WeakMap<readonly TraceEvent[], Map<string, CallsByLine>>();
const none: CallsByLine = new Map();

/** Host calls of the worker's VM by each line of a file that was on the stack, in order of time. */
export function callsByLine(run: Run, file: string): CallsByLine {
  if (!run.stacks) return none;
  let files = folds.get(run.events);
  if (!files) {
    const built = new Map<string, Map<number, HostCall[]>>();
    for (const event of run.events) {
      if (event.kind === "hostCall" && event.vm === "worker") addCall(built, run, event);
    }
    folds.set(run.events, (files = built));
  }
  return files.get(file) ?? none;
}

function addCall(files: Map<string, Map<number, HostCall[]>>, run: Run, call: HostCall): void {
  for (const { file, line } of stackOf(run, call)) {
    let lines = files.get(file);
    if (!lines) files.set(file, (lines = new Map()));
    const calls = lines.get(line);
    if (!calls) lines.set(line, [call]);
    else if (calls.at(-1) !== call) calls.push(call);
  }
}

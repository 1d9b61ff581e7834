/**
 * Runs scenarios in workers: a fresh one for each run, the next one started ahead. A run that says
 * nothing for a while hangs in the guest; it is then repeated event by event, which gives the trace
 * up to the hang, and ended.
 */
import type { ScenarioDocument, ScenarioProblem, TraceEvent } from "wasmerang";
import type { ModuleInspection } from "../state/moduleInspection.ts";
import type { CallStack, InspectRequest, RunRequest, SimulatorMessage } from "./protocol.ts";

/** Time without an event after which a run counts as hanging. Envoy has no such limit. */
export const QUIET_MS = 3000;
/** A slow engine on a busy machine. */
export const COMPILED_BYTES_PER_MS = 4000;
/** The same before the run begins, while the worker loads its code. */
export const START_MS = 20_000;

export type SimulationEnd =
  | { readonly status: "done" }
  /** The document is invalid; nothing ran. */
  | { readonly status: "refused"; readonly problems: readonly ScenarioProblem[] }
  /** `callback` did not return; undefined: it hung outside of any. */
  | { readonly status: "timedOut"; readonly callback: string | undefined }
  /** A limit of the simulator ended it: which, and where. */
  | { readonly status: "stopped"; readonly limit: string }
  | { readonly status: "failed"; readonly message: string };

export interface SimulationListener {
  /** The document is valid. */
  valid?(): void;
  /** Events in order. After a `restart` they come again from the first. */
  events(events: readonly TraceEvent[], stacks: readonly CallStack[]): void;
  /** What came so far is void: the run is repeated. */
  restart(): void;
  /** The last call. */
  end(end: SimulationEnd): void;
}

interface SimulatorWorker {
  readonly worker: Worker;
  /** Why its code could not be loaded; known before the run when it was started ahead. */
  failure?: string;
}

let spare: SimulatorWorker | undefined;

export function makeWorker(): SimulatorWorker {
  const worker = new Worker(new URL("./simulator.worker.ts", import.meta.url), { type: "module" });
  const made: SimulatorWorker = { worker };
  worker.onerror = (event) => (made.failure = describeFailure(event));
  return made;
}

/** Starts a worker ahead of its run, so that loading its code costs the run nothing. */
export function warmUp(): void {
  spare ??= makeWorker();
}

function describeFailure({ message, filename, lineno }: ErrorEvent): string {
  const where = filename ? ` (${filename}:${lineno})` : "";
  const what = message || "its code could not be loaded";
  return `The simulator's worker failed: ${what}${where}`;
}

/**
 * Starts a run; the answer stops it, and nothing is heard of it after that. `withStacks` asks for
 * the guest's stack at each host call.
 */
export function startSimulation(
  wasm: Uint8Array,
  document: ScenarioDocument,
  listener: SimulationListener,
  withStacks = false,
): () => void {
  const request = { kind: "run", wasm, document, withStacks } as const;
  let stop = attempt({ ...request, eventByEvent: false }, listener, () => {
    listener.restart();
    const open: { seq: number; callback: string }[] = [];
    const track = (event: TraceEvent) => {
      if (event.kind === "guestEnter") open.push(event);
      else if (event.kind === "guestExit" || event.kind === "trap") {
        while (open.length > 0 && (open.at(-1)?.seq ?? 0) >= event.enter) open.pop();
      }
    };
    const watched: SimulationListener = {
      ...listener,
      events(events, stacks) {
        events.forEach(track);
        listener.events(events, stacks);
      },
    };
    stop = attempt({ ...request, eventByEvent: true }, watched, () =>
      listener.end({ status: "timedOut", callback: open.at(-1)?.callback }),
    );
  });
  return () => stop();
}

/** Checks a value that should be a scenario document, without running it. */
export function checkDocument(document: unknown): Promise<SimulationEnd> {
  return new Promise((resolve) => {
    const listener = { events: () => {}, restart: () => {}, end: resolve };
    const request = { kind: "run", wasm: undefined, document } as const;
    attempt({ ...request, eventByEvent: false, withStacks: false }, listener, () =>
      resolve({ status: "timedOut", callback: undefined }),
    );
  });
}

/** The pre-flight report of a module. Rejects with what went wrong in the worker. */
export function inspectInWorker(wasm: Uint8Array): Promise<ModuleInspection> {
  return new Promise((resolve, reject) => {
    const { worker } = makeWorker();
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<SimulatorMessage>) => {
      if (data.kind === "inspected") end(() => resolve(data.inspection));
      else if (data.kind === "failed") end(() => reject(new Error(data.message)));
    };
    worker.onerror = (event) => end(() => reject(new Error(describeFailure(event))));
    const request: InspectRequest = { kind: "inspect", wasm };
    worker.postMessage(request);
  });
}

/** One worker's run. `hang` is called instead of `listener.end` when the worker falls silent. */
function attempt(request: RunRequest, listener: SimulationListener, hang: () => void): () => void {
  const { worker, failure } = spare ?? makeWorker();
  spare = undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(watchdog);
    worker.onmessage = worker.onerror = null;
    worker.terminate();
    warmUp();
  };
  const watch = (ms: number) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      stop();
      hang();
    }, ms);
  };
  const end = (result: SimulationEnd) => {
    stop();
    listener.end(result);
  };
  worker.onmessage = ({ data }: MessageEvent<SimulatorMessage>) => {
    switch (data.kind) {
      case "checked":
        if (data.problems.length > 0) return end({ status: "refused", problems: data.problems });
        // The run begins. Only the guest can take long, and says so at once when run again; but
        // before its first event a large module is compiled.
        watch(QUIET_MS + (request.wasm?.length ?? 0) / COMPILED_BYTES_PER_MS);
        return listener.valid?.();
      case "events":
        // What comes from within a callback gives it no more time.
        if (data.events.some(({ kind }) => kind === "guestEnter")) watch(QUIET_MS);
        listener.events(data.events, data.stacks);
        return;
      case "end":
        return end(
          data.stopped === undefined
            ? { status: "done" }
            : { status: "stopped", limit: data.stopped },
        );
      case "failed":
        return end({ status: "failed", message: data.message });
      case "inspected":
      case "observed":
        return;
    }
  };
  worker.onerror = (event) => end({ status: "failed", message: describeFailure(event) });
  if (failure !== undefined) {
    // Not before the caller has the way to stop this run.
    setTimeout(() => end({ status: "failed", message: failure }));
    return stop;
  }
  watch(START_MS);
  worker.postMessage(request);
  return stop;
}

/** From the edited document to the run in the store. */
import type { ScenarioDocument, StackFrame, TraceEvent } from "wasmerang";
import { useStore, type Module, type Run } from "../state/store.ts";
import { movePlayhead } from "./stepping.ts";
import {
  QUIET_MS,
  checkDocument,
  startSimulation,
  type SimulationEnd,
  type SimulationListener,
} from "./simulate.ts";

/** Typing pauses this long before a run starts. */
const TYPING_MS = 150;
/** Shorter runs are shown only when they are whole. */
const PARTIAL_MS = 200;

let typing: ReturnType<typeof setTimeout> | undefined;
let stopCurrent: (() => void) | undefined;

/** Called after each edit: runs the document, or only checks it, once typing pauses. */
export function scheduleRun(): void {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const { document, runOnChange, drafts } = useStore.getState();
    if (runOnChange && Object.keys(drafts).length === 0) run();
    else void check(document);
  }, TYPING_MS);
}

async function check(document: ScenarioDocument): Promise<void> {
  const result = await checkDocument(document);
  const state = useStore.getState();
  if (state.document !== document) return;
  if (result.status === "refused") state.setProblems(result.problems);
  else if (result.status === "done") state.setProblems([]);
}

/** Runs the document now. An invalid one leaves the last run in place and says what is wrong. */
export function run(): void {
  clearTimeout(typing);
  stopCurrent?.();
  const { document, module, drafts } = useStore.getState();
  if (Object.keys(drafts).length > 0) void check(document);
  else if (module) stopCurrent = follow(module, document);
}

/** Ends a run that takes long; what it said so far stays. */
export function stopRun(): void {
  const { run: current, setRun } = useStore.getState();
  stopCurrent?.();
  stopCurrent = undefined;
  if (current?.status === "running") setRun({ ...current, status: "stopped" });
}

function follow(module: Module, document: ScenarioDocument): () => void {
  let events: TraceEvent[] = [];
  let stacks = new Map<number, readonly StackFrame[]>();
  const withStacks = module.sourceMap !== undefined;
  let frame: number | undefined;
  const show = (status: Run["status"], message?: string) => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    const { run: shown, setRun } = useStore.getState();
    // Until the new run says something, the last one stays in view.
    const isSilent = events.length === 0 && status === "running";
    const next = (isSilent ? shown : undefined) ?? {
      events,
      document,
      module,
      ...(withStacks ? { stacks } : {}),
    };
    const isOther = shown?.document !== next.document || shown.module !== next.module;
    if (shown && isOther) movePlayhead(undefined);
    setRun({ ...next, status, ...(message === undefined ? {} : { message }) });
    events = [...events];
  };
  const partial = setTimeout(() => show("running"), PARTIAL_MS);
  const listener: SimulationListener = {
    valid: () => useStore.getState().setProblems([]),
    events(more, moreStacks) {
      for (const event of more) events.push(event);
      for (const [seq, frames] of moreStacks) stacks.set(seq, frames);
      const isShown = useStore.getState().run?.status === "running";
      if (isShown) frame ??= requestAnimationFrame(() => show("running"));
    },
    restart() {
      events = [];
      stacks = new Map();
    },
    end(end) {
      clearTimeout(partial);
      stopCurrent = undefined;
      finish(end, document, show);
    },
  };
  const stop = startSimulation(module.bytes, document, listener, withStacks);
  return () => {
    clearTimeout(partial);
    if (frame !== undefined) cancelAnimationFrame(frame);
    stop();
  };
}

function finish(
  end: SimulationEnd,
  document: ScenarioDocument,
  show: (status: Run["status"], message?: string) => void,
): void {
  switch (end.status) {
    case "done":
      return show("done");
    case "refused":
      if (useStore.getState().document === document) useStore.getState().setProblems(end.problems);
      return;
    case "failed":
      return show("failed", end.message);
    case "stopped":
      return show("stopped", `Stopped: ${end.limit}.`);
    case "timedOut": {
      const where = end.callback ? `in ${end.callback}` : "while the module started";
      return show(
        "timedOut",
        `Stopped: no event for ${QUIET_MS / 1000} s ${where}. Envoy has no such limit; its worker would hang.`,
      );
    }
  }
}

/** Runs one scenario, or inspects one module; the page makes a fresh worker for the next. */
import "./withoutNetwork.ts";
import {
  guestLimits,
  loadLibraries,
  readScenario,
  simulate,
  type RunObserver,
  type TraceEvent,
} from "wasmerang";
import type { CallStack, RunRequest, SimulatorMessage, SimulatorRequest } from "./protocol.ts";

/** A batch is posted when it is this long or this old (milliseconds). */
const BATCH_EVENTS = 512;
const BATCH_AGE_MS = 40;

/** Less than the command line has: each event becomes an object here, and again in the page. */
const TRACE_BYTES = 8 * 2 ** 20;

const post = (message: SimulatorMessage) => postMessage(message);

onmessage = ({ data }: MessageEvent<SimulatorRequest>) => {
  answer(data).catch((error: unknown) => post({ kind: "failed", message: describe(error) }));
};

async function answer(request: SimulatorRequest): Promise<void> {
  if (request.kind === "run") return run(request);
  if (request.kind === "observe") {
    const { observe } = await import("./observe/observe.ts");
    const libraries = await loadLibraries(request.wasm);
    post({ kind: "checked", problems: [] });
    return post({
      kind: "observed",
      observation: observe({ ...request, libraries }, request.question),
    });
  }
  // Not part of what the first run waits for.
  const { inspect } = await import("./inspection.ts");
  post({ kind: "inspected", inspection: inspect(request.wasm) });
}

async function run({ wasm, document, eventByEvent, withStacks }: RunRequest): Promise<void> {
  const read = readScenario(document);
  const libraries = wasm && (await loadLibraries(wasm));
  post({ kind: "checked", problems: read.ok ? [] : read.problems });
  if (!read.ok) return;
  if (!wasm) {
    post({ kind: "end" });
    return;
  }
  let batch: TraceEvent[] = [];
  let stacks: CallStack[] = [];
  let startedAt = performance.now();
  const flush = () => {
    if (batch.length > 0) post({ kind: "events", events: batch, stacks });
    batch = [];
    stacks = [];
    startedAt = performance.now();
  };
  const take = (event: TraceEvent) => {
    batch.push(event);
    const isFull = batch.length >= BATCH_EVENTS || performance.now() - startedAt > BATCH_AGE_MS;
    if (eventByEvent || isFull) flush();
  };
  const takeStack: RunObserver["hostCall"] = (seq, when, _memory, stack) => {
    if (when === "before") stacks.push([seq, stack()]);
  };
  const { stopped } = simulate(wasm, read.scenario, take, {
    everyEvent: eventByEvent,
    limits: { ...guestLimits, traceBytes: TRACE_BYTES },
    ...(libraries ? { libraries } : {}),
    ...(withStacks ? { observer: { hostCall: takeStack } } : {}),
  });
  flush();
  post({ kind: "end", ...(stopped === undefined ? {} : { stopped }) });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

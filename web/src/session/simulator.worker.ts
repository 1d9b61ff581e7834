/** Runs one scenario and ends; the page makes a fresh worker for the next. */
import { readScenario, simulate, type TraceEvent } from "wasmerang";
import type { RunRequest, SimulatorMessage } from "./protocol.ts";

/** A batch is posted when it is this long or this old (milliseconds). */
const BATCH_EVENTS = 512;
const BATCH_AGE_MS = 40;

const post = (message: SimulatorMessage) => postMessage(message);

onmessage = ({ data }: MessageEvent<RunRequest>) => {
  try {
    run(data);
  } catch (error) {
    post({ kind: "failed", message: describe(error) });
  }
};

function run({ wasm, document, eventByEvent }: RunRequest): void {
  const read = readScenario(document);
  post({ kind: "checked", problems: read.ok ? [] : read.problems });
  if (!read.ok) return;
  if (!wasm) {
    post({ kind: "end" });
    return;
  }
  let batch: TraceEvent[] = [];
  let startedAt = performance.now();
  const flush = () => {
    if (batch.length > 0) post({ kind: "events", events: batch });
    batch = [];
    startedAt = performance.now();
  };
  const take = (event: TraceEvent) => {
    batch.push(event);
    const isFull = batch.length >= BATCH_EVENTS || performance.now() - startedAt > BATCH_AGE_MS;
    if (eventByEvent || isFull) flush();
  };
  simulate(wasm, read.scenario, take, { everyEvent: eventByEvent });
  flush();
  post({ kind: "end" });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

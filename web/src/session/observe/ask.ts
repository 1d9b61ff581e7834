/** Questions to a second run; the answer of the last ones is kept. */
import type { Observation, Question } from "../../trace/observation.ts";
import type { Run } from "../../state/store.ts";
import type { ObserveRequest, SimulatorMessage } from "../protocol.ts";
import { makeWorker, QUIET_MS } from "../simulate.ts";

/** A module is loaded again before its run begins. */
const LOAD_MS = 20_000;

type Answer<Kind extends Question["kind"]> = Extract<Observation, { readonly kind: Kind }>;

/** Answers of a run, by the question as JSON. */
const answers = new WeakMap<Run["events"], Map<string, Promise<Observation>>>();

/**
 * Asks about a run. Rejects with what went wrong, in words: a run that hangs is ended after three
 * seconds.
 */
export function ask<Kind extends Question["kind"]>(
  run: Run,
  question: Extract<Question, { readonly kind: Kind }>,
): Promise<Answer<Kind>> {
  let known = answers.get(run.events);
  if (known === undefined) answers.set(run.events, (known = new Map()));
  const key = JSON.stringify(question);
  let answer = known.get(key);
  if (answer === undefined) known.set(key, (answer = askWorker(run, question)));
  return answer as Promise<Answer<Kind>>;
}

function askWorker({ module, document }: Run, question: Question): Promise<Observation> {
  if (module === undefined) return Promise.reject(new Error("there is no module"));
  const { worker } = makeWorker();
  return new Promise<Observation>((resolve, reject) => {
    const watch = (ms: number) =>
      setTimeout(() => reject(new Error("the second run does not come to an end")), ms);
    let watchdog = watch(LOAD_MS);
    worker.onmessage = ({ data }: MessageEvent<SimulatorMessage>) => {
      if (data.kind === "checked") {
        clearTimeout(watchdog);
        watchdog = watch(QUIET_MS);
      } else if (data.kind === "observed") resolve(data.observation);
      else if (data.kind === "failed") reject(new Error(data.message));
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    const request: ObserveRequest = { kind: "observe", wasm: module.bytes, document, question };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

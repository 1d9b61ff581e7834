/** What the view of the faults does: play them all, stop, keep one in the scenario. */
import { hangingResult, type FaultCase, type FaultResult } from "wasmerang";
import { useFaults, type FaultRun } from "../../state/faults.ts";
import { useStore } from "../../state/store.ts";
import { QUIET_MS } from "../simulate.ts";
import { watchWorker, type WorkerTrouble } from "../watchWorker.ts";
import type { FaultsMessage, FaultsRequest } from "./protocol.ts";

let stopCurrent: (() => void) | undefined;

/** Plays every single fault at the calls of the selected connection. */
export function playFaults(): void {
  const { document, module, connection } = useStore.getState();
  if (!module) return;
  stopCurrent?.();
  const { begin, progress } = useFaults.getState();
  const run: FaultRun = {
    status: "running",
    cases: [],
    results: [],
    id: "",
    module,
    document,
    connection,
  };
  begin(run);
  let cases: readonly FaultCase[] = [];
  let ids: readonly string[] = [];
  const results: FaultResult[] = [];
  const show = (patch: Partial<FaultRun> = {}) => progress({ results: [...results], ...patch });
  const end = (patch: Partial<FaultRun>) => {
    stopCurrent = undefined;
    show(patch);
  };
  const playFrom = () => {
    const request = { wasm: module.bytes, document, connection, from: results.length };
    stopCurrent = startWorker(request, (message) => {
      switch (message.kind) {
        case "loaded":
          return;
        case "cases":
          ({ cases, ids } = message);
          return progress({ cases, id: ids[connection] ?? "" });
        case "results":
          results.push(...message.results);
          return show();
        case "end":
          return end({ status: "done" });
        case "impossible":
        case "failed":
          return end({ status: message.kind, message: message.message });
        case "hung": {
          const stuck = cases[results.length];
          if (!stuck) {
            const text = `Without any fault a callback does not return: no answer for ${QUIET_MS / 1000} s.`;
            return end({ status: "impossible", message: text });
          }
          // The next worker goes on behind the fault that hangs.
          results.push(hangingResult(stuck, ids));
          show();
          return playFrom();
        }
      }
    });
  };
  playFrom();
}

/** Ends the run; what is done stays. */
export function stopFaults(): void {
  if (!stopCurrent) return;
  stopCurrent();
  stopCurrent = undefined;
  useFaults.getState().progress({ status: "stopped" });
}

/** @returns ends the worker; nothing is heard of it after that. */
function startWorker(
  request: FaultsRequest,
  onMessage: (message: FaultsMessage | WorkerTrouble) => void,
): () => void {
  const worker = new Worker(new URL("./faults.worker.ts", import.meta.url), { type: "module" });
  const isLast = ({ kind }: FaultsMessage) =>
    kind !== "loaded" && kind !== "cases" && kind !== "results";
  return watchWorker(worker, "fault lab", request, isLast, onMessage);
}

/** Makes a fault part of the scenario, in place of others, and shows its trace. */
export function keepFault({ fault }: FaultCase): void {
  const { document, edit, set, moveTo } = useStore.getState();
  edit({ ...document, faults: [fault] });
  moveTo(undefined);
  set({ view: "trace", pane: "flow" });
}

/** Takes the faults out of the scenario. */
export function dropFaults(): void {
  const { document, edit } = useStore.getState();
  const { faults: _, ...rest } = document;
  edit(rest);
}

/** `checkFilter` in a worker, with a limit for a module that does not come back. */
import { COMPILED_BYTES_PER_MS, QUIET_MS } from "../simulate.ts";
import type { CheckMessage, CheckRequest } from "./protocol.ts";

/** The time for a worker to load its code and to digest a large module. */
const START_MS = 20_000;

export type CheckEnd =
  Exclude<CheckMessage, { readonly kind: "loaded" }> | { readonly kind: "hung" };

/** @returns ends the worker; nothing is heard of it after that. */
export function startCheck(request: CheckRequest, onEnd: (end: CheckEnd) => void): () => void {
  const worker = new Worker(new URL("./export.worker.ts", import.meta.url), { type: "module" });
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(watchdog);
    worker.onmessage = worker.onerror = null;
    worker.terminate();
  };
  const end = (it: CheckEnd) => {
    stop();
    onEnd(it);
  };
  const watch = (ms: number, then: CheckEnd) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => end(then), ms);
  };
  worker.onmessage = ({ data }: MessageEvent<CheckMessage>) => {
    if (data.kind !== "loaded") return end(data);
    watch(QUIET_MS + request.wasm.length / COMPILED_BYTES_PER_MS, { kind: "hung" });
  };
  worker.onerror = ({ message }) => {
    const what = message || "its code could not be loaded";
    end({ kind: "failed", message: `The worker of the export failed: ${what}` });
  };
  watch(START_MS, { kind: "failed", message: "The worker of the export did not start." });
  worker.postMessage(request);
  return stop;
}

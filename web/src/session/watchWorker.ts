/** A worker that runs a guest, under a watchdog. */
import { COMPILED_BYTES_PER_MS, QUIET_MS, START_MS } from "./simulate.ts";

export type WorkerTrouble =
  /** No message for QUIET_MS once its code was loaded. */
  { readonly kind: "hung" } | { readonly kind: "failed"; readonly message: string };

/**
 * Asks a worker one thing, and hears its answers until one is the last. Its first message is
 * `loaded`: what follows is the guest's time.
 *
 * @param name completes "The worker of the …"
 * @returns ends the worker; nothing is heard of it after that.
 */
export function watchWorker<Message extends { readonly kind: string }>(
  worker: Worker,
  name: string,
  request: { readonly wasm: Uint8Array },
  isLast: (message: Message) => boolean,
  onMessage: (message: Message | WorkerTrouble) => void,
): () => void {
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(watchdog);
    worker.onmessage = worker.onerror = null;
    worker.terminate();
  };
  const end = (last: Message | WorkerTrouble) => {
    stop();
    onMessage(last);
  };
  const watch = (ms: number, then: WorkerTrouble) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => end(then), ms);
  };
  worker.onmessage = ({ data }: MessageEvent<Message>) => {
    if (isLast(data)) return end(data);
    const compiling = data.kind === "loaded" ? request.wasm.length / COMPILED_BYTES_PER_MS : 0;
    watch(QUIET_MS + compiling, { kind: "hung" });
    onMessage(data);
  };
  worker.onerror = ({ message }) => {
    const what = message || "its code could not be loaded";
    end({ kind: "failed", message: `The worker of the ${name} failed: ${what}` });
  };
  watch(START_MS, { kind: "failed", message: `The worker of the ${name} did not start.` });
  worker.postMessage(request);
  return stop;
}

/** `checkFilter` in a worker, with a limit for a module that does not come back. */
import { watchWorker, type WorkerTrouble } from "../watchWorker.ts";
import type { CheckMessage, CheckRequest } from "./protocol.ts";

export type CheckEnd = Exclude<CheckMessage, { readonly kind: "loaded" }> | WorkerTrouble;

/** @returns ends the worker; nothing is heard of it after that. */
export function startCheck(request: CheckRequest, onEnd: (end: CheckEnd) => void): () => void {
  const worker = new Worker(new URL("./export.worker.ts", import.meta.url), { type: "module" });
  const isLast = ({ kind }: CheckMessage) => kind !== "loaded";
  return watchWorker<CheckMessage>(worker, "export", request, isLast, (message) => {
    if (message.kind !== "loaded") onEnd(message);
  });
}

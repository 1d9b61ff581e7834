/** The compiler in its worker: started at first use, one build at a time, ended when it hangs. */
import type { CompileAnswer, CompileRequest, CompilerMessage } from "./compilerProtocol.ts";

/** The compiler takes about a second; a slow machine takes ten times that for a release. */
const ANSWER_MS = 60_000;
/** One that is at it for this long gives way to sources that were changed since. */
const PATIENT_MS = 10_000;

export type CompileResult =
  | CompileAnswer
  /** A newer request came first, or the compiler was stopped. */
  | { readonly kind: "superseded" }
  /** The compiler's code could not be loaded. */
  | { readonly kind: "unavailable" };

export interface Compiler {
  /** Compiles; a request that still waits when the next one comes is dropped. Never rejects. */
  compile(request: Omit<CompileRequest, "turn">): Promise<CompileResult>;
  /** Ends the worker; the next request starts a fresh one. */
  stop(): void;
}

interface Job {
  readonly request: Omit<CompileRequest, "turn">;
  readonly resolve: (result: CompileResult) => void;
}

/** `onLoading` hears that the code is being fetched, and when it is there. */
export function makeCompiler(onLoading: (isLoading: boolean) => void = () => {}): Compiler {
  let worker: Worker | undefined;
  let isLoaded = false;
  let turn = 0;
  let running: Job | undefined;
  let waiting: Job | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let sentAt = 0;

  const end = (result: CompileResult) => {
    clearTimeout(watchdog);
    const job = running;
    running = undefined;
    job?.resolve(result);
    if (!waiting) return;
    const next = waiting;
    waiting = undefined;
    begin(next);
  };
  const drop = () => {
    worker?.terminate();
    worker = undefined;
    isLoaded = false;
  };
  const hang = () => {
    drop();
    const seconds = ANSWER_MS / 1000;
    const message = `The compiler did not answer within ${seconds} s. It was ended; the next change starts it anew.`;
    end({ kind: "failed", message });
  };

  function start(): Worker {
    onLoading(true);
    const made = new Worker(new URL("./compiler.worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<CompilerMessage>) => {
      if (data.kind === "loaded") {
        isLoaded = true;
        onLoading(false);
        send();
      } else if (data.turn === turn) {
        end(data);
      }
    };
    made.onerror = (event) => {
      // It is told in the page.
      event.preventDefault();
      const wasLoaded = isLoaded;
      drop();
      const message = `${event.message}. The compiler was ended; the next change starts it anew.`;
      end(wasLoaded ? { kind: "failed", message } : { kind: "unavailable" });
    };
    return made;
  }

  function begin(job: Job): void {
    running = job;
    turn += 1;
    worker ??= start();
    // Else when it is there: a worker that still awaits its imports loses what it is sent. Fetching
    // may take as long as the network takes.
    if (isLoaded) send();
  }

  function send(): void {
    if (!running) return;
    clearTimeout(watchdog);
    watchdog = setTimeout(hang, ANSWER_MS);
    sentAt = performance.now();
    worker?.postMessage({ ...running.request, turn });
  }

  return {
    compile: (request) =>
      new Promise((resolve) => {
        waiting?.resolve({ kind: "superseded" });
        waiting = undefined;
        if (running && isLoaded && performance.now() - sentAt > PATIENT_MS) {
          drop();
          end({ kind: "superseded" });
        }
        if (running) waiting = { request, resolve };
        else begin({ request, resolve });
      }),
    stop() {
      drop();
      waiting?.resolve({ kind: "superseded" });
      waiting = undefined;
      end({ kind: "superseded" });
    },
  };
}

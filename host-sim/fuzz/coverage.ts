/** Which blocks of our own code an input reaches, by V8's precise coverage. */
import { Session } from "node:inspector";

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** Watches the scripts whose address contains one of `parts`. */
export class Coverage {
  readonly #session = new Session();
  readonly #parts: readonly string[];
  readonly #seen = new Set<string>();

  constructor(parts: readonly string[]) {
    this.#parts = parts;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** How many blocks have been reached so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Whether anything new was reached since the last question. */
  isNew(): boolean {
    const before = this.#seen.size;
    // Within one thread the session answers before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (_, answer) => {
      for (const { url, functions } of answer.result as readonly ScriptCoverage[]) {
        if (!this.#parts.some((part) => url.includes(part))) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            if (count > 0) this.#seen.add(`${url}:${startOffset}:${endOffset}`);
          }
        }
      }
    });
    return this.#seen.size > before;
  }

  close(): void {
    this.#session.disconnect();
  }
}

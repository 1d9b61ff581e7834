/**
 * Envoy's log: records out of text, and the records of a thread as lines of the trace format.
 *
 * Every record begins with a mark, the thread and the level, so that messages of several lines
 * (a back-trace, a guest's log with newlines) stay whole.
 */
import { PARSE_ERROR } from "../src/expressions.ts";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const MARK = "\u0001";
/** For `--log-format`: mark, thread id, level, logger, message. */
export const LOG_FORMAT = `${MARK}%t %l %n %v`;

export interface LogRecord {
  readonly thread: number;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

/** Splits a piece of the log; text before the first mark (V8 writes raw lines) is left out. */
export function parseRecords(text: string): readonly LogRecord[] {
  return text
    .split(new RegExp(`(?:^|(?<=\\n))${MARK}`))
    .slice(1)
    .flatMap((record) => {
      const parts = /^(\d+) (\w+) (\w+) ([^]*?)\n?$/.exec(record);
      if (!parts) return [];
      const [, thread = "", level = "", logger = "", message = ""] = parts;
      return [{ thread: Number(thread), level, logger, message }];
    });
}

/**
 * Notes of the host about its own objects; they say nothing about the guest: `Base Wasm created`,
 * `~Wasm 2 remaining active` at debug, and one at trace when a VM could not be made.
 */
function isHousekeeping({ level, message }: LogRecord): boolean {
  if (level === "debug") return !message.startsWith("wasm log");
  return level === "trace" && message === "Unable to create Wasm";
}

/** The lines of the trace's `envoy` format that a thread wrote. A message may be several lines. */
export function traceLines(
  records: readonly LogRecord[],
  isWanted: (it: LogRecord) => boolean,
): readonly string[] {
  return records
    .filter((it) => it.logger === "wasm" && isWanted(it) && !isHousekeeping(it))
    .flatMap(({ message }) => withoutGrammar(message).split("\n"));
}

/** What CEL's parser says names the tokens of its grammar; the simulator has another parser. */
const withoutGrammar = (message: string): string =>
  message.startsWith(PARSE_ERROR) ? PARSE_ERROR : message;

/** Why Envoy refused a listener, as its config logger says it. */
export function rejection(records: readonly LogRecord[], listener: string): string | undefined {
  for (const { message } of records) {
    const found = /[Ee]rror adding\/updating listener\(s\) ([^:]+): ([^\n]*)/.exec(message);
    if (found?.[1] === listener) return found[2];
  }
  return undefined;
}

/** The log file, read from where the last reading ended. */
export class EnvoyLog {
  readonly #file: number;
  #offset = 0;
  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  /** Bytes written so far; grows whenever Envoy says anything. */
  size(): number {
    return fstatSync(this.#file).size;
  }

  /** What was written since the last call. */
  read(): readonly LogRecord[] {
    const length = this.size() - this.#offset;
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#file, bytes, 0, length, this.#offset);
    this.#offset += count;
    return parseRecords(bytes.toString("utf8", 0, count));
  }

  close(): void {
    closeSync(this.#file);
  }
}

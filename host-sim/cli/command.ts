/** What the commands share: exit codes, input and output, wrong usage. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestName } from "../src/index.ts";

/** Exit status, see the contract; the first that applies wins. */
export const Exit = {
  ok: 0,
  expectationFailed: 1,
  badInput: 2,
  /** The module or its configuration was refused, ran out of time, or killed Envoy. */
  moduleFailed: 3,
  /** Our own mistake (EX_SOFTWARE). */
  bug: 70,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** Where results and everything else go. */
export interface Output {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages, one line or more, without the last line break. */
  readonly err: (text: string) => void;
}

/** Lines are written in pieces of about this many characters. */
const PIECE = 1 << 16;

/** Writes lines to the results. */
export function writeLines({ out }: Output, lines: Iterable<string>): void {
  let piece = "";
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    out(piece);
    piece = "";
  }
  if (piece !== "") out(piece);
}

/** Bad input or usage: shown as it is, exit status 2. */
export class UsageError extends Error {}
/** A command line that is none: the help of its command is named as well. */
export class WrongArguments extends UsageError {}

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** Parses the arguments of a command; what is wrong becomes a UsageError. */
export function parseArguments(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): ParsedArguments {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return {
      values: parsed.values as ParsedArguments["values"],
      positionals: parsed.positionals,
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = firstSentence(error.message);
    const [, unknown] = /^Unknown option '--(.*)'/.exec(message) ?? [];
    const near = unknown === undefined ? undefined : nearestName(unknown, Object.keys(options));
    throw new WrongArguments(near === undefined ? message : `${message}; did you mean --${near}?`);
  }
}

/** Node explains at length how to pass positional arguments that begin with a dash. */
function firstSentence(message: string): string {
  return message.split(/\.\s/)[0] ?? message;
}

/** The one positional argument of a command. */
export function onePositional({ positionals }: ParsedArguments, what: string): string {
  const [first, ...rest] = positionals;
  if (first === undefined) throw new WrongArguments(`${what} is missing`);
  if (rest.length > 0)
    throw new WrongArguments(`one ${what} is enough; what is ${rest.join(" ")}?`);
  return first;
}

/** The value of an option that takes one of a few words. */
export function oneOf<T extends string>(
  { values }: ParsedArguments,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const found = allowed.find((it) => it === value);
  if (!found) throw new UsageError(`--${name} must be one of ${allowed.join(", ")}, not ${value}`);
  return found;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  ENOTDIR: "a part of its path is no directory",
};

/** Reads a file; a failure is a UsageError. */
export function readInput(file: string): Buffer {
  if (file === "") throw new UsageError("the name of the file is empty");
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The filter that comes with wasmerang. */
const SHIPPED_FILTER = new URL("../wasmerang.wasm", import.meta.url);

/** The module of `--wasm`, or the filter that comes with wasmerang. */
export function readModule({ values }: ParsedArguments): Uint8Array {
  return new Uint8Array(readInput(String(values["wasm"] ?? fileURLToPath(SHIPPED_FILTER))));
}

/** Reads standard input to its end; not with readFileSync, which fails while a pipe is empty. */
export async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreadable("standard input", error);
  }
  return Buffer.concat(chunks);
}

function unreadable(name: string, error: unknown): UsageError {
  return new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
}

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

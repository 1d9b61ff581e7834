/**
 * The steps that the form can show: bytes one way, bytes the other way, one close. Other steps (from
 * a link or a file) stay as they are until the form replaces them.
 */
import type { ScenarioDocument } from "wasmerang";

type Steps = NonNullable<ScenarioDocument["connections"][number]["steps"]>;

export const closers = ["client", "server", "clientReset", "serverReset"] as const;
export type Closer = (typeof closers)[number];

export interface SimpleSteps {
  /** Bytes from the client; 0 is no step. */
  readonly sends: number;
  /** Bytes from the cluster; 0 is no step. */
  readonly gets: number;
  /** Undefined: the connection stays open. */
  readonly closedBy: Closer | undefined;
}

/** The most bytes that the form sends in one step. */
export const MAX_BYTES = 65536;

/** Readable filler of exactly `length` bytes. */
const filler = (word: string, length: number) =>
  word.repeat(Math.ceil(length / word.length)).slice(0, length);

export function writeSimpleSteps({ sends, gets, closedBy }: SimpleSteps): Steps {
  return [
    ...(sends > 0 ? [{ downstream: filler("ping ", sends) }] : []),
    ...(gets > 0 ? [{ upstream: filler("pong ", gets) }] : []),
    ...(closedBy ? [{ close: closedBy }] : []),
  ];
}

/** Answers undefined when the steps are others than the form can show. */
export function readSimpleSteps(steps: Steps | undefined): SimpleSteps | undefined {
  let sends = 0;
  let gets = 0;
  let closedBy: Closer | undefined;
  let last = 0;
  for (const step of steps ?? []) {
    if (step.after !== undefined) return undefined;
    const position = "downstream" in step ? 1 : "upstream" in step ? 2 : 3;
    if (position <= last) return undefined;
    last = position;
    if ("close" in step) {
      closedBy = step.close;
      continue;
    }
    const bytes = "downstream" in step ? step.downstream : step.upstream;
    if (typeof bytes !== "string") return undefined;
    const length = new TextEncoder().encode(bytes).length;
    if (position === 1) sends = length;
    else gets = length;
  }
  return { sends, gets, closedBy };
}

/** Reads `517`, `517 B`, `1 460 B`; answers undefined for anything else. */
export function readByteCount(text: string): number | undefined {
  const parts = /^(\d{1,9})\s*B?$/i.exec(text.trim().replace(/(?<=\d)\s(?=\d)/g, ""));
  const count = Number(parts?.[1]);
  return parts && count <= MAX_BYTES ? count : undefined;
}

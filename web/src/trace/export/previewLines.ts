/** A file of a bundle as lines, with what was filled in apart from the rest. */
import type { Mark } from "wasmerang";

/** A piece of a line. `what`: it was filled in. */
export interface LinePart {
  readonly text: string;
  readonly what?: Mark["what"];
}

/**
 * The lines of `text` without their ends. A value of several lines is marked on each of them; its
 * indentation is not part of it. The end of the last line begins no other.
 */
export function previewLines(
  text: string,
  marks: readonly Mark[],
): readonly (readonly LinePart[])[] {
  const lines: (readonly LinePart[])[] = [];
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    lines.push(partsOf(text, start, end, marks));
    start = end + 1;
  }
  return lines;
}

function partsOf(text: string, start: number, end: number, marks: readonly Mark[]): LinePart[] {
  const parts: LinePart[] = [];
  const add = (to: number, what?: Mark["what"]) => {
    const piece = text.slice(at, to);
    if (piece !== "") parts.push(what === undefined ? { text: piece } : { text: piece, what });
    at = Math.max(at, to);
  };
  let at = start;
  for (const mark of marks) {
    const from = Math.max(mark.start, start);
    const to = Math.min(mark.end, end);
    if (from >= to) continue;
    const indent = from === start ? (/^ */.exec(text.slice(from, to))?.[0].length ?? 0) : 0;
    add(from + indent);
    add(to, mark.what);
  }
  add(end);
  return parts;
}

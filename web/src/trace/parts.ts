/** Sentences that hold code and links to events. */
import type { TraceEvent } from "wasmerang";

/** Text, literal text of Envoy or of the filter, or a link to an event. */
export type Part = string | { readonly code: string } | { readonly seq: number };

/** ` at #14`, or nothing. */
export function at(event: Pick<TraceEvent, "seq"> | undefined): readonly Part[] {
  return event === undefined ? [] : [" at ", { seq: event.seq }];
}

/** ` #14`, or nothing. */
export function link(event: Pick<TraceEvent, "seq"> | undefined): readonly Part[] {
  return event === undefined ? [] : [" ", { seq: event.seq }];
}

/** The sentence as plain text, for titles and tests. */
export function partsText(parts: readonly Part[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : "seq" in part ? `#${part.seq}` : part.code))
    .join("");
}

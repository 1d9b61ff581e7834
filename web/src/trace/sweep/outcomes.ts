/** What the outcomes of a sweep are called, and how they are counted. One byte an address. */
import type { ScenarioDocument, SweepOutcome } from "wasmerang";
import { clusterMarks, shortCluster, type MarkName } from "../clusterMarks.ts";

/** The byte of what has not been asked yet; outcome n of the table has the byte n + 1. */
export const PENDING = 0;
/** The byte of every outcome that came after the table was full. */
export const OTHER = 255;

/** An outcome as the page shows it. */
export interface OutcomeText {
  readonly code: number;
  readonly mark: MarkName;
  /** `egress1`, `closed`. */
  readonly name: string;
  /** Completes "1 …" and "32 768 …": `goes to egress1`, `go to egress1`. */
  readonly verbs: readonly [one: string, many: string];
  /** One sentence on what it means. */
  readonly means: string;
  /** tcp_proxy's own cluster: the filter decided nothing. */
  readonly isUndecided: boolean;
}

/** Texts for the outcomes of a table, by byte. */
export function outcomeTexts(
  table: readonly SweepOutcome[],
  document: ScenarioDocument,
): ReadonlyMap<number, OutcomeText> {
  const marks = clusterMarks(document);
  const texts = new Map<number, OutcomeText>();
  table.forEach((outcome, index) => {
    texts.set(index + 1, { code: index + 1, ...textOf(outcome, marks) });
  });
  texts.set(OTHER, {
    code: OTHER,
    mark: "plain",
    name: "other outcomes",
    verbs: ["has another outcome", "have other outcomes"],
    means: `More than ${OTHER - 1} different outcomes; these are the ones beyond.`,
    isUndecided: false,
  });
  return texts;
}

type Text = Omit<OutcomeText, "code">;

function textOf(outcome: SweepOutcome, marks: ReadonlyMap<string, MarkName>): Text {
  const bad = (mark: MarkName, name: string, verbs: Text["verbs"], means: string): Text => ({
    mark,
    name,
    verbs,
    means,
    isUndecided: false,
  });
  switch (outcome.kind) {
    case "routed":
      return routedText(outcome, marks);
    case "closed":
      return bad(
        "bad",
        "closed",
        ["is closed by the filter", "are closed by the filter"],
        "The filter closed the connection.",
      );
    case "waiting":
      return bad(
        "stalled",
        "waiting",
        ["waits", "wait"],
        "The filter returned StopIteration, and nothing resumes it before data comes.",
      );
    case "trapped":
      return bad(
        "bad",
        "trapped",
        ["traps", "trap"],
        "The filter trapped. Envoy closes the connection under every failure policy; the next address here meets a fresh VM.",
      );
    case "killsEnvoy":
      return bad("bad", "Envoy dies", ["kills Envoy", "kill Envoy"], outcome.how);
  }
}

function routedText(
  outcome: Extract<SweepOutcome, { readonly kind: "routed" }>,
  marks: ReadonlyMap<string, MarkName>,
): Text {
  const { cluster, by } = outcome;
  const short = shortCluster(cluster);
  const isUndecided = by !== "filterState";
  const mark = marks.get(cluster);
  if (mark === undefined)
    return {
      mark: "bad",
      name: `${short} (NC)`,
      verbs: [`is closed: no cluster ${short}`, `are closed: no cluster ${short}`],
      means: `The scenario has no cluster ${cluster}, so Envoy closes the connection with the flag NC.`,
      isUndecided,
    };
  if (!isUndecided)
    return {
      mark,
      name: short,
      verbs: [`goes to ${short}`, `go to ${short}`],
      means: `The filter named ${cluster} in filter state.`,
      isUndecided,
    };
  const field = by === "cluster" ? "cluster" : "weighted_clusters";
  return {
    mark,
    name: `${short}, undecided`,
    verbs: [`is undecided and goes to ${short}`, `are undecided and go to ${short}`],
    means: `The filter decided nothing, so tcp_proxy used its own ${field} field.`,
    isUndecided,
  };
}

/** How often each outcome came, and where first. */
export interface Tally {
  /** By byte; PENDING counts what is still to be asked. */
  readonly counts: Uint32Array;
  /** The first places of each byte, at most `FIRSTS`. */
  readonly firsts: ReadonlyMap<number, readonly number[]>;
}

const FIRSTS = 5;

export function tally(codes: Uint8Array): Tally {
  const counts = new Uint32Array(256);
  const firsts = new Map<number, number[]>();
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? PENDING;
    const before = counts[code] ?? 0;
    counts[code] = before + 1;
    if (before < FIRSTS && code !== PENDING) {
      const known = firsts.get(code);
      if (known) known.push(index);
      else firsts.set(code, [index]);
    }
  }
  return { counts, firsts };
}

/** The outcomes that came at all, most frequent first. */
export function ranked(
  tally: Tally,
  texts: ReadonlyMap<number, OutcomeText>,
): readonly { readonly text: OutcomeText; readonly count: number }[] {
  return [...texts.values()]
    .map((text) => ({ text, count: tally.counts[text.code] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.text.code - b.text.code);
}

/**
 * Differences between the simulator and Envoy 1.40 that are known and accepted, each with its
 * reason. They are counted in the output of every parity run. Empty is the aim.
 */
export interface KnownDifference {
  /** Name of the case. */
  readonly case: string;
  /** What differs, as in compare.ts. */
  readonly what: string;
  /** Why it differs and why that is accepted. */
  readonly reason: string;
}

export const knownDifferences: readonly KnownDifference[] = [];

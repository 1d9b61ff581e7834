/** What one target of the fuzzer is, and words for its checks. */

export interface Target {
  readonly name: string;
  /** Parts of the addresses of the scripts whose coverage guides it. */
  readonly covers: readonly string[];
  readonly keepLength: number;
  readonly words: readonly Uint8Array[];
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /**
   * Throws if a promise is broken. What it answers counts as a block that was reached: for guests,
   * whose code the coverage does not see.
   */
  readonly check: (input: Uint8Array) => string | void;
}

const utf8 = new TextEncoder();
export const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);
export const texts = (...all: readonly string[]): readonly Uint8Array[] =>
  all.map((it) => utf8.encode(it));

export function insist(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

/** One of the hosts that are compared. */
export interface Contestant {
  readonly name: string;
  /** Plays all connections once; answers the time of one connection in microseconds. */
  readonly round: () => number;
}

/** Times of one contestant against those of the first. */
export interface Result {
  readonly name: string;
  /** Median over the rounds. */
  readonly connectionsPerSecond: number;
  readonly microseconds: number;
  /** Time of this contestant over the time of the first, in the same round. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number };
}

/**
 * Lets the contestants take turns: whatever else the machine does hits all of them alike. Some first
 * rounds, in which the engine compiles, do not count.
 */
export function playRounds(
  contestants: readonly Contestant[],
  rounds: number,
  warmUpRounds: number,
): readonly Result[] {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const [index, { round: play }] of contestants.entries()) {
      const time = play();
      if (round >= warmUpRounds) times[index]?.push(time);
    }
  }
  const floor = times[0] ?? [];
  return contestants.map(({ name }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((time, round) => time / (floor[round] ?? NaN));
    const microseconds = median(own);
    return {
      name,
      connectionsPerSecond: 1e6 / microseconds,
      microseconds,
      ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    };
  });
}

/** The middle value; of an even number of values, the upper one of the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

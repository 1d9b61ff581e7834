const NO_BREAK_SPACE = "\u00a0";

/** `65 536`, which stays on one line. */
export function formatCount(count: number | bigint): string {
  // By hand: a map of addresses has hundreds of counts, and Intl takes its time.
  return String(count).replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);
}

/** `1 address`, `65 536 addresses`. */
export function countOf(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? one : many}`;
}

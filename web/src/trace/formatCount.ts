/** `65 536`. */
export function formatCount(count: number | bigint): string {
  // By hand: a map of addresses has hundreds of counts, and Intl takes its time.
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** `1 address`, `65 536 addresses`. */
export function countOf(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? one : many}`;
}

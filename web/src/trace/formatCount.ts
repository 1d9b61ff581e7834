/** `65 536`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString("en").replaceAll(",", " ");
}

/** `1 address`, `65 536 addresses`. */
export function countOf(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? one : many}`;
}

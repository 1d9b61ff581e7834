const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const remembered = new Map<string, number | undefined>();
const MAX_REMEMBERED = 256;

/** Reads `5ms`, `1.5s`, `200us`, `2m`; answers nanoseconds, or undefined if it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (remembered.has(text)) return remembered.get(text);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  const nanoseconds = parse(text);
  remembered.set(text, nanoseconds);
  return nanoseconds;
}

function parse(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$/.exec(text);
  if (!parts) return undefined;
  const nanoseconds = Math.round(Number(parts[1]) * (NANOSECONDS[parts[2] ?? ""] ?? 0));
  return Number.isSafeInteger(nanoseconds) ? nanoseconds : undefined;
}

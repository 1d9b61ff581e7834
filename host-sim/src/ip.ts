/** IP addresses without port or zone. */

export interface Ip {
  readonly version: 4 | 6;
  /** 4 or 16, in network order. */
  readonly bytes: readonly number[];
  /** Four decimal numbers, or the short form of RFC 5952 without a dotted part. */
  readonly text: string;
}

const V4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
/** What the reader of URLs gets to see: it drops tabs and line ends. */
const V6 = /^[\da-f:.]+$/i;

/** Reads an address as inet_pton does. Answers undefined for anything else. */
export function parseIp(text: string): Ip | undefined {
  if (V4.test(text)) {
    const bytes = text.split(".").map(Number);
    return bytes.every((byte) => byte < 256) ? { version: 4, bytes, text } : undefined;
  }
  // Every engine reads and shortens IPv6 for URLs (WHATWG URL, "IPv6 parser" and "serializer").
  if (!V6.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  const short = shortIpv6(text);
  return { version: 6, bytes: expand(short), text: short };
}

/** The bytes of a short form. */
function expand(short: string): number[] {
  const [head = [], tail = []] = short.split("::").map((it) => it.split(":").filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** Shortens an IPv6 address in any form. Throws if it is none. */
export function shortIpv6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

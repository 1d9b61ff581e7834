/**
 * Addresses as scenarios write them and as Envoy prints them
 * (Envoy source/common/network/address_impl.cc).
 */
import { parseIp, type Ip } from "./ip.ts";

export type Address =
  | {
      readonly kind: "ip";
      readonly ip: string;
      readonly port: number;
      readonly version: 4 | 6;
      /** As Envoy prints it, with the port. */
      readonly text: string;
    }
  | { readonly kind: "pipe"; readonly path: string };

/** A byte string of at most 107 bytes: `sun_path` without its end. */
const MAX_PIPE_PATH = 107;

const remembered = new Map<string, Address | undefined>();
const MAX_REMEMBERED = 1024;
const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;

/**
 * Reads `10.0.0.42:51324`, `[2001:db8::1]:443`, `[fe80::1%3]:80` or `unix:/run/x.sock`.
 * Answers undefined for anything else, host names included.
 */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4) return ipv4;
  // The others take longer, and destinations and endpoints come again with each connection.
  if (remembered.has(text)) return remembered.get(text);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  const address = parse(text);
  remembered.set(text, address);
  return address;
}

/**
 * `10.0.0.42:51324`: four decimal numbers without leading zeros, as inet_pton wants them, and a port.
 * One pass over the text, since a sweep reads one for each connection.
 */
function parseIpv4(text: string): Address | undefined {
  const { length } = text;
  let start = 0;
  for (let part = 0; part < 4; part++) {
    const end = part < 3 ? DOT : COLON;
    let octet = 0;
    let at = start;
    let code = text.charCodeAt(at);
    for (; code !== end; code = text.charCodeAt(++at)) {
      const digit = code - ZERO;
      // Also at the end of the text, where the code is not a number.
      if (!(digit >= 0 && digit <= 9) || (at > start && octet === 0)) return;
      octet = octet * 10 + digit;
      if (octet > 255) return;
    }
    if (at === start) return;
    start = at + 1;
  }
  if (start === length || length - start > 5) return;
  let port = 0;
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return;
    port = port * 10 + digit;
  }
  if (port > 65535) return;
  const ip = text.slice(0, start - 1);
  const isCanonical = length - start === 1 || text.charCodeAt(start) !== ZERO;
  return { kind: "ip", ip, port, version: 4, text: isCanonical ? text : formatIpAndPort(ip, port) };
}

function parse(text: string): Address | undefined {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    return path.startsWith("/") && path.length <= MAX_PIPE_PATH
      ? { kind: "pipe", path }
      : undefined;
  }
  const [, v6 = "", zone = "", portText] =
    /^\[([^\]%]+)(%[\da-z]+)?\]:(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(portText);
  const parsed = parseIp(v6);
  if (!(port <= 65535) || parsed?.version !== 6) return undefined;
  const ip = formatIpv6(parsed) + zone;
  return { kind: "ip", ip, port, version: 6, text: formatIpAndPort(ip, port) };
}

/** IPv6 as inet_ntop writes it: mapped and compatible addresses in dotted form. */
function formatIpv6({ bytes, text }: Ip): string {
  const dotted = bytes.slice(12).join(".");
  const isZero = (from: number, to: number) => bytes.slice(from, to).every((byte) => byte === 0);
  const isMapped = isZero(0, 10) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return `::ffff:${dotted}`;
  const isCompatible = isZero(0, 12) && !isZero(12, 14);
  return isCompatible ? `::${dotted}` : text;
}

/** The text of Envoy's `source.address` and `destination.address`. */
export function formatAddress(address: Address): string {
  return address.kind === "pipe" ? address.path : address.text;
}

/** An address in Envoy's form, and a port. */
export function formatIpAndPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

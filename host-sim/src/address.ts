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

/** `10.0.0.42:51324`: four decimal numbers without leading zeros, as inet_pton wants them. */
function parseIpv4(text: string): Address | undefined {
  let at = 0;
  /** A number of at most `digits` digits; -1 if there is none. */
  const number = (digits: number): number => {
    const start = at;
    let value = 0;
    for (; at - start < digits; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    return at === start ? -1 : value;
  };
  for (let i = 0; i < 4; i++) {
    const start = at;
    const octet = number(3);
    if (octet < 0 || octet > 255 || (at - start > 1 && text.charCodeAt(start) === ZERO)) return;
    if (text.charCodeAt(at) !== (i < 3 ? DOT : COLON)) return;
    at++;
  }
  const portAt = at;
  const port = number(5);
  if (port < 0 || port > 65535 || at !== text.length) return;
  const ip = text.slice(0, portAt - 1);
  const isCanonical = text.length - portAt === 1 || text.charCodeAt(portAt) !== ZERO;
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

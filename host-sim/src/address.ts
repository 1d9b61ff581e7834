/**
 * Addresses as scenarios write them and as Envoy prints them
 * (Envoy source/common/network/address_impl.cc).
 */
import ipaddr from "ipaddr.js";

export type Address =
  | { readonly kind: "ip"; readonly ip: string; readonly port: number; readonly version: 4 | 6 }
  | { readonly kind: "pipe"; readonly path: string };

/** A byte string of at most 107 bytes: `sun_path` without its end. */
const MAX_PIPE_PATH = 107;

const remembered = new Map<string, Address | undefined>();
const MAX_REMEMBERED = 1024;

/**
 * Reads `10.0.0.42:51324`, `[2001:db8::1]:443`, `[fe80::1%3]:80` or `unix:/run/x.sock`.
 * Answers undefined for anything else, host names included.
 */
export function parseAddress(text: string): Address | undefined {
  // Destinations and endpoints come again with each connection.
  if (remembered.has(text)) return remembered.get(text);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  const address = parse(text);
  remembered.set(text, address);
  return address;
}

function parse(text: string): Address | undefined {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    return path.startsWith("/") && path.length <= MAX_PIPE_PATH
      ? { kind: "pipe", path }
      : undefined;
  }
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (!parts) return undefined;
  const [, v6, v4, portText] = parts;
  const port = Number(portText);
  if (port > 65535) return undefined;
  if (v4 !== undefined) {
    // What is valid here has one spelling only: four decimal numbers without leading zeros.
    return ipaddr.IPv4.isValidFourPartDecimal(v4)
      ? { kind: "ip", ip: v4, port, version: 4 }
      : undefined;
  }
  if (v6 === undefined || !ipaddr.IPv6.isValid(v6)) return undefined;
  return { kind: "ip", ip: formatIpv6(v6), port, version: 6 };
}

/** IPv6 as inet_ntop writes it: shortest form, mapped and compatible addresses in dotted form. */
function formatIpv6(text: string): string {
  const [address = "", zone] = text.split("%");
  // ipaddr.js takes ::1.2.3.4 for the mapped ::ffff:1.2.3.4.
  const compatible = /^::(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  const parsed = compatible
    ? new ipaddr.IPv6([...Array<number>(12).fill(0), ...compatible])
    : ipaddr.IPv6.parse(address);
  const suffix = zone === undefined ? "" : `%${zone}`;
  const dotted = parsed.toByteArray().slice(12).join(".");
  if (parsed.isIPv4MappedAddress()) return `::ffff:${dotted}${suffix}`;
  const isCompatible =
    parsed.parts.slice(0, 6).every((part) => part === 0) && parsed.parts[6] !== 0;
  return (isCompatible ? `::${dotted}` : parsed.toRFC5952String()) + suffix;
}

/** The text of Envoy's `source.address` and `destination.address`. */
export function formatAddress(address: Address): string {
  if (address.kind === "pipe") return address.path;
  return address.version === 4
    ? `${address.ip}:${address.port}`
    : `[${address.ip}]:${address.port}`;
}

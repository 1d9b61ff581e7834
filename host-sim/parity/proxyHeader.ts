/**
 * The PROXY protocol header, version 2 (haproxy's proxy-protocol.txt, section 2.2): tells Envoy's
 * `proxy_protocol` listener filter which source and destination the connection has.
 */
import ipaddr from "ipaddr.js";
import type { Address } from "../src/index.ts";

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const V1_MARK = Buffer.from("PROXY ");
/** Signature, version and command, family, length. */
const V2_HEAD = 16;
const VERSION_2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/**
 * Undefined if a header cannot say it: a Unix path, two IP versions, an IPv6 zone, or an address
 * that is no host's (Envoy closes the connection then: isUnicastAddress in proxy_protocol.cc).
 */
export function proxyHeader(source: Address, destination: Address): Buffer | undefined {
  if (source.kind !== "ip" || destination.kind !== "ip") return undefined;
  if (source.version !== destination.version) return undefined;
  if (source.ip.includes("%") || destination.ip.includes("%")) return undefined;
  if (!isUnicast(source.ip) || !isUnicast(destination.ip)) return undefined;
  const body = Buffer.concat([ipBytes(source.ip), ipBytes(destination.ip), Buffer.alloc(4)]);
  body.writeUInt16BE(source.port, body.length - 4);
  body.writeUInt16BE(destination.port, body.length - 2);
  const family = source.version === 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
  const head = Buffer.from([VERSION_2_PROXY, family, 0, body.length]);
  return Buffer.concat([SIGNATURE, head, body]);
}

/**
 * Length of the PROXY header (version 1 or 2) that the bytes begin with: 0 if they do not begin with
 * one, undefined if it is not complete.
 */
export function proxyHeaderLength(bytes: Buffer): number | undefined {
  const beginsWith = (mark: Buffer): boolean =>
    bytes.subarray(0, mark.length).equals(mark.subarray(0, bytes.length));
  if (beginsWith(SIGNATURE)) {
    if (bytes.length < V2_HEAD) return undefined;
    const length = V2_HEAD + bytes.readUInt16BE(V2_HEAD - 2);
    return bytes.length < length ? undefined : length;
  }
  if (!beginsWith(V1_MARK)) return 0;
  const end = bytes.indexOf("\r\n");
  return end < 0 ? undefined : end + 2;
}

function isUnicast(ip: string): boolean {
  return !["unspecified", "multicast", "broadcast"].includes(ipaddr.parse(ip).range());
}

function ipBytes(ip: string): Buffer {
  return Buffer.from(ipaddr.parse(ip).toByteArray());
}

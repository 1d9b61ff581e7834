/**
 * The PROXY protocol header that a cluster's `upstream_proxy_protocol` transport socket sends first
 * (Envoy source/extensions/common/proxy_protocol/proxy_protocol_header.cc).
 */
import type { Address } from "../address.ts";
import { EnvoyDeath } from "../envoyDeath.ts";
import { parseIp } from "../ip.ts";

const V2_SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const V2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/**
 * The bytes for a downstream connection from `source` to `destination`. When one of them is no IP
 * address Envoy 1.40 sends no header at all in version 2, and dies of it in version 1 (seen in the
 * parity run).
 */
export function proxyProtocolHeader(
  version: "v1" | "v2",
  source: Address,
  destination: Address,
): Uint8Array | undefined {
  if (source.kind !== "ip" || destination.kind !== "ip") {
    if (version === "v2") return undefined;
    throw new EnvoyDeath(
      "A PROXY protocol v1 header for a Unix connection: Envoy 1.40 dies with a segmentation fault. Version 2 sends no header.",
    );
  }
  if (version === "v1") {
    // The family is the source's.
    const family = source.version === 4 ? "TCP4" : "TCP6";
    const line = `PROXY ${family} ${source.ip} ${destination.ip} ${source.port} ${destination.port}\r\n`;
    return new TextEncoder().encode(line);
  }
  if (source.version !== destination.version) return undefined;
  const addresses = [...addressBytes(source.ip), ...addressBytes(destination.ip)];
  const rest = [...addresses, ...u16(source.port), ...u16(destination.port)];
  const family = source.version === 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
  return Uint8Array.from([...V2_SIGNATURE, V2_PROXY, family, ...u16(rest.length), ...rest]);
}

const u16 = (value: number) => [value >> 8, value & 0xff];
const addressBytes = (ip: string) => parseIp(ip.split("%")[0] ?? "")?.bytes ?? [];

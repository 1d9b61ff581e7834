import { expect } from "vitest";
import { bytesOf, Host } from "./host.ts";

const path = "envoy.tcp_proxy.cluster";

/** The argument of set_envoy_filter_state that is expected for a cluster, byte by byte. */
export function argumentFor(cluster: string): Uint8Array {
  const name = bytesOf(cluster);
  const length =
    name.length < 0x80 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  return new Uint8Array([0x0a, path.length, ...bytesOf(path), 0x12, ...length, ...name]);
}

/** The cluster that the filter set last; undefined if it set none. */
export function clusterOf(host: Host): string | undefined {
  const argument = host.filterStates.at(-1);
  if (!argument) return undefined;
  const start = path.length + 3;
  const isLong = (argument[start] ?? 0) >= 0x80;
  const cluster = new TextDecoder().decode(argument.subarray(start + (isLong ? 2 : 1)));
  expect(argument).toEqual(argumentFor(cluster));
  return cluster;
}

/** The cluster that one connection gets under a configuration; undefined if none is set. */
export function decide(configuration: string, source: string, port?: number): string | undefined {
  const host = new Host();
  expect(host.configure(configuration)).toBe(true);
  host.connect(source, port);
  return clusterOf(host);
}

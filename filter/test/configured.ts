import { expect } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { Host } from "./host.ts";

/** The clusters of sources …42 and …43 under a configuration that must be accepted. */
export function clusters(configuration: string | Uint8Array): readonly (string | undefined)[] {
  const host = new Host();
  expect(host.configure(configuration), host.logs[0]?.text).toBe(true);
  expect(host.logs).toEqual([]);
  return ["10.0.0.42:1", "10.0.0.43:1"].map((source) => {
    host.connect(source, 443);
    return clusterOf(host);
  });
}

/** What the filter says about a configuration that it must refuse. */
export function refusal(configuration: string | Uint8Array): string | undefined {
  const host = new Host();
  expect(host.configure(configuration)).toBe(false);
  expect(host.logs).toHaveLength(1);
  expect(host.logs[0]?.level).toBe(4);
  expect(host.metrics.size).toBe(0);
  return host.logs[0]?.text.replace(/^configuration refused: /, "");
}

export const standalone = ["egress1", "egress2"];
export const istio = [
  "outbound|443||egress1.default.svc.cluster.local",
  "outbound|443||egress2.default.svc.cluster.local",
];

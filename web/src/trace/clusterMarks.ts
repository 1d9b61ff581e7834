/** A shape and a colour for each cluster, so that neither has to be told apart alone. */
import type { ScenarioDocument } from "wasmerang";

/**
 * `r1` to `r5` in the order of the scenario's clusters, `rd` for tcp_proxy's own cluster, `plain`
 * for those beyond the shapes; `bad` closed or unknown, `refused`, `stalled`, `pending`.
 */
export type MarkName =
  "r1" | "r2" | "r3" | "r4" | "r5" | "rd" | "plain" | "bad" | "refused" | "stalled" | "pending";

const shapes = ["r1", "r2", "r3", "r4", "r5"] as const;

/** The mark of every cluster that the scenario defines. */
export function clusterMarks(document: ScenarioDocument): ReadonlyMap<string, MarkName> {
  const own = document.tcpProxy === undefined ? "default" : document.tcpProxy.cluster;
  const marks = new Map<string, MarkName>();
  let next = 0;
  for (const name of Object.keys(document.clusters))
    marks.set(name, name === own ? "rd" : (shapes[next++] ?? "plain"));
  return marks;
}

/** The tokens of tokens.css that a mark is drawn with: strong, and as a tint behind text. */
export function markColour(mark: MarkName): { readonly strong: string; readonly tint: string } {
  switch (mark) {
    case "r1":
    case "r2":
    case "r3":
    case "rd":
      return { strong: `var(--${mark})`, tint: `var(--${mark}-bg)` };
    case "r4":
    case "r5":
    case "plain":
    case "pending":
      return { strong: "var(--ink2)", tint: "var(--hover)" };
    case "bad":
    case "refused":
    case "stalled":
      return { strong: "var(--bad)", tint: "var(--bad-bg)" };
  }
}

/** `outbound|443||egress1.default.svc.cluster.local` reads `egress1`; other names stay. */
export function shortCluster(name: string): string {
  const parts = /^(?:outbound|inbound)\|\d*\|[^|]*\|(.+)$/.exec(name);
  const host = parts?.[1];
  // A bare IP address as the host of a ServiceEntry has no service to shorten to.
  if (host === undefined || /^[\d.]+$/.test(host)) return host ?? name;
  return host.split(".")[0] ?? name;
}

/** The outcome of a connection, from the facts that the run gave of it. */
import type { PluginResult, TraceEvent, Trap } from "wasmerang";
import type { ConnectionFacts } from "./connections.ts";

export type Outcome =
  /** The filter state named the cluster. */
  | { readonly kind: "routed"; readonly cluster: string }
  /** tcp_proxy used what its own configuration says. */
  | {
      readonly kind: "noDecision";
      readonly cluster: string;
      readonly by: "cluster" | "weightedClusters";
      /** The filter was not in the connection's chain. */
      readonly skipped: boolean;
    }
  | { readonly kind: "failed"; readonly cause: Failure; readonly cluster?: string }
  /** No listener: the plugin was refused. */
  | { readonly kind: "refused" }
  | { readonly kind: "closedByFilter" }
  /** The filter said StopIteration and nothing resumes it. */
  | { readonly kind: "waiting" }
  | { readonly kind: "pending" };

/** Response flags of Envoy's access log where it has some; traps leave none. */
export type Failure = "NC" | "UF,URX" | "UH" | "trap" | "vmDead" | "envoyDies" | "closed";

/** Callbacks after which nothing of the connection is left to spoil. */
const closing = new Set([
  "proxy_on_downstream_connection_close",
  "proxy_on_upstream_connection_close",
  "proxy_on_done",
  "proxy_on_log",
  "proxy_on_delete",
]);

export function outcomeOf(
  facts: ConnectionFacts,
  refusal: PluginResult | undefined,
  firstTrap: Trap | undefined,
): { readonly outcome: Outcome; readonly deciding: TraceEvent | undefined } {
  if (refusal !== undefined) return { outcome: { kind: "refused" }, deciding: refusal };
  const { accept, decision, connect, trap, end, write, stopped } = facts;
  const failed = (cause: Failure, deciding: TraceEvent | undefined) => ({
    outcome: {
      kind: "failed" as const,
      cause,
      ...(decision === undefined ? {} : { cluster: decision.cluster }),
    },
    deciding,
  });
  if (accept?.filter === "closed") return failed("vmDead", accept);
  if (trap !== undefined && !closing.has(trap.callback) && end?.closedBy === "envoy")
    return failed("trap", trap);
  if (decision?.found === false) return failed("NC", decision);
  if (connect?.result === "refused" || connect?.result === "timeout")
    return failed("UF,URX", connect);
  if (connect?.result === "noHost") return failed("UH", connect);
  const isDeadVm = firstTrap !== undefined && end !== undefined && firstTrap.seq < end.seq;
  if (isDeadVm && end.closedBy === "envoy") return failed("vmDead", end);
  if (decision !== undefined) {
    const { cluster, by } = decision;
    if (by === "filterState")
      return { outcome: { kind: "routed", cluster }, deciding: write ?? decision };
    const skipped = accept?.filter === "skipped";
    return { outcome: { kind: "noDecision", cluster, by, skipped }, deciding: decision };
  }
  if (trap !== undefined && !closing.has(trap.callback)) return failed("trap", trap);
  if (end?.closedBy === "filter" || facts.closedAt !== undefined) {
    const asked = facts.events.find((event) => event.seq === facts.closedAt);
    return { outcome: { kind: "closedByFilter" }, deciding: asked ?? end };
  }
  if (stopped !== undefined && end !== undefined)
    return { outcome: { kind: "waiting" }, deciding: stopped };
  const dies = facts.events.find((event) => event.kind === "envoyDies");
  if (dies !== undefined) return failed("envoyDies", dies);
  if (end?.closedBy === "envoy") return failed("closed", end);
  return { outcome: { kind: "pending" }, deciding: facts.callback ?? accept };
}

/** Why a connection came to no good end, in sentences with links. */
import { pluginOf } from "../state/editScenario.ts";
import type { Log, ScenarioDocument } from "wasmerang";
import { shortCluster } from "./clusterMarks.ts";
import { firstTrap, refusalOf, type ConnectionState } from "./connections.ts";
import type { Events } from "./memoize.ts";
import { at, type Part } from "./parts.ts";

export function failureReason(
  events: Events,
  state: ConnectionState,
  document: ScenarioDocument,
): readonly Part[] {
  const { outcome, facts } = state;
  if (outcome.kind === "refused") return refusedReason(events);
  if (outcome.kind !== "failed") return [];
  const policy = pluginOf(document).failurePolicy ?? "FAIL_CLOSED";
  const { write, decision, connect, trap } = facts;
  const chosen: Part = { code: shortCluster(outcome.cluster ?? "") };
  switch (outcome.cause) {
    case "NC":
      if (write === undefined)
        return [
          "tcp_proxy's own cluster ",
          chosen,
          " is not defined",
          ...at(decision),
          ", so Envoy closed the connection. Response flag NC.",
        ];
      return [
        "The filter chose ",
        chosen,
        ". The host call answered Ok",
        ...at(write),
        " because any name is accepted; tcp_proxy found no such cluster",
        ...at(decision),
        " and closed the connection. Response flag NC.",
      ];
    case "UF,URX":
      return [
        write === undefined ? "tcp_proxy used its own cluster " : "The filter chose ",
        chosen,
        ...at(write ?? decision),
        `; its endpoint ${connect?.host ?? ""} ${connect?.result === "timeout" ? "did not answer" : "refused the connection"}`,
        ...at(connect),
        `. Response flags ${facts.end?.flags ?? "UF,URX"}.`,
      ];
    case "UH":
      return ["The cluster ", chosen, " has no endpoint", ...at(connect), ". Response flag UH."];
    case "trap":
      return [
        "The filter trapped",
        ...at(trap),
        `: ${trap?.message.replace(/^Uncaught /, "") ?? ""}. Its VM is dead. `,
        ...afterTrap[policy],
      ];
    case "vmDead": {
      const first = firstTrap(events);
      return [
        "The filter's VM failed",
        ...at(first),
        facts.created === undefined
          ? ", before this connection came; Envoy closed it without calling the filter"
          : ", while this connection was open; Envoy closed it without another call",
        ...at(state.deciding),
        facts.accept?.note === undefined ? "." : ` (${facts.accept.note}).`,
      ];
    }
    case "envoyDies":
      return ["The filter did what kills Envoy 1.40; every connection is lost with it."];
    case "closed":
      return [facts.end?.note ?? "Envoy closed the connection before it chose a cluster."];
  }
}

export const afterTrap = {
  FAIL_CLOSED: [
    "With FAIL_CLOSED Envoy closes this connection and every later one on this worker.",
  ],
  FAIL_OPEN: ["With FAIL_OPEN Envoy still closes this connection; later ones skip the filter."],
  FAIL_RELOAD: [
    "With FAIL_RELOAD Envoy closes this connection and loads a new VM once its pause is over.",
  ],
} as const;

function refusedReason(events: Events): readonly Part[] {
  const refusal = refusalOf(events);
  if (refusal === undefined) return [];
  const no = events.find(
    (event) =>
      event.kind === "guestExit" &&
      event.returned === 0 &&
      (event.callback === "proxy_on_configure" || event.callback === "proxy_on_vm_start"),
  );
  const said = events.findLast(
    (event): event is Log =>
      event.kind === "log" && event.message !== undefined && event.seq < refusal.seq,
  );
  const words: readonly Part[] =
    said?.message === undefined
      ? []
      : [" The filter logged ", { code: said.message }, ...at(said), "."];
  if (no?.kind === "guestExit")
    return [
      { code: no.callback },
      " returned false",
      ...at(no),
      ", so Envoy never added the listener and no connection was accepted.",
      ...words,
    ];
  return [
    `Envoy refused the module${refusal.stage === undefined ? "" : ` (${stageText[refusal.stage]})`}`,
    ...at(refusal),
    `: ${(refusal.reason ?? "no reason given").replace(/\.$/, "")}. No connection was accepted.`,
    ...words,
  ];
}

/** Steps of loading a plugin, in words. */
export const stageText = {
  load: "loading",
  link: "linking its imports",
  start: "its start function",
  vmStart: "starting the VM",
  configure: "configuration",
} as const;

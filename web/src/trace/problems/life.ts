/** Plugins, VMs and connections that stop. */
import { pluginOf } from "../../state/editScenario.ts";
import type { HostCall } from "wasmerang";
import { afterTrap, stageText } from "../failureReason.ts";
import { firstTrap } from "../connections.ts";
import { at, link, type Part } from "../parts.ts";
import { code, error, warning, type Check, type CheckedRun } from "./problem.ts";

const sentence = (text: string) => text.replace(/\.$/, "");

export const refused: Check = {
  name: "Envoy takes the module and its configuration",
  find: ({ events }) =>
    events.flatMap((event) => {
      if (event.kind !== "pluginResult" || event.accepted) return [];
      const isConfiguration = event.stage === "configure";
      const said = events.findLast(
        (it) => it.kind === "log" && it.message !== undefined && it.seq < event.seq,
      );
      return [
        error(
          event,
          isConfiguration ? "Configuration refused" : "Module refused",
          [
            isConfiguration
              ? "The filter did not accept its configuration"
              : `Envoy refused the module while ${event.stage === undefined ? "loading" : stageText[event.stage]}`,
            ...at(event),
            `: ${sentence(event.reason ?? "no reason given")}. There is no listener, so no connection was accepted.`,
            ...(said?.kind === "log" && said.message !== undefined
              ? [" The filter's last words: ", code(said.message), ...at(said), "."]
              : []),
          ],
          isConfiguration
            ? [
                "Mend the configuration in the scenario, or what ",
                code("proxy_on_configure"),
                " makes of it.",
              ]
            : ["The Module view says what Envoy requires, import by import."],
        ),
      ];
    }),
};

/** The host call before an event, if nothing came between them but its own parts. */
function callBefore({ calls }: CheckedRun, seq: number, enter: number): HostCall | undefined {
  const last = calls.findLast((call) => call.seq < seq);
  return last !== undefined && last.seq > enter ? last : undefined;
}

export const trapped: Check = {
  name: "no callback traps",
  find: (run) =>
    run.seen.flatMap((event) => {
      if (event.kind !== "trap") return [];
      const policy = pluginOf(run.document).failurePolicy ?? "FAIL_CLOSED";
      const before = callBefore(run, event.seq, event.enter);
      const answered =
        before !== undefined && before.status !== undefined && before.status !== "Ok";
      const evidence: readonly Part[] = !answered
        ? []
        : [
            " Right before, ",
            code(before.name),
            " answered ",
            code(before.status ?? ""),
            ...at(before),
            ": the filter probably counted on Ok.",
          ];
      return [
        error(
          event,
          `Trap in ${event.callback}`,
          [
            `${event.injected ? "The scenario's faults stopped" : "The guest stopped"} with `,
            code(event.message.replace(/^Uncaught /, "")),
            ...at(event),
            ". Its VM is dead. ",
            ...afterTrap[policy],
            ...evidence,
          ],
          answered
            ? ["Look at the status of every host call before its result."]
            : event.frames.some(({ name }) => name !== undefined)
              ? ["The inspector shows the guest's stack; start with the innermost frame."]
              : [
                  "The inspector shows the guest's stack. Build with a name section (debug build) to see names in it.",
                ],
        ),
      ];
    }),
};

export const deadVm: Check = {
  name: "the VM lives for every connection",
  find: ({ events, connections }) => {
    const trap = firstTrap(events);
    return connections.flatMap(({ id, accept, end }) => {
      if (accept === undefined || accept.filter === "present") return lost(id, end);
      const isClosed = accept.filter === "closed";
      return [
        error(
          accept,
          isClosed ? "Connections closed: the VM is dead" : "Connections passed without the filter",
          [
            isClosed
              ? "Envoy closed this connection without calling the filter"
              : "Envoy left the filter out of this connection",
            ...at(accept),
            ": its VM has failed",
            ...at(trap),
            ".",
          ],
          isClosed
            ? [
                "Mend the trap. ",
                code("FAIL_RELOAD"),
                " makes a new VM after a pause; ",
                code("FAIL_OPEN"),
                " lets traffic pass unfiltered.",
              ]
            : ["Mend the trap, or use ", code("FAIL_CLOSED"), " if nothing may pass unfiltered."],
        ),
      ];
    });

    /** The connection was open when another one's trap killed the VM. */
    function lost(id: string, end: (typeof connections)[number]["end"]) {
      if (trap === undefined || trap.connection === id || end?.closedBy !== "envoy") return [];
      if (end.seq < trap.seq || end.flags !== "-") return [];
      return [
        error(
          end,
          "Open connections lost with the VM",
          [
            "This connection was open when the VM failed",
            ...at(trap),
            "; Envoy closed it",
            ...at(end),
            " at the next callback.",
          ],
          ["Mend the trap: one connection's fault ends those of its whole worker."],
        ),
      ];
    }
  },
};

export const paused: Check = {
  name: "what is paused is resumed",
  find: ({ connections }) =>
    connections.flatMap(({ stopped, closedAt, trap, end }) => {
      if (stopped === undefined || closedAt !== undefined || trap !== undefined) return [];
      if (end === undefined) return [];
      const isNew = stopped.callback === "proxy_on_new_connection";
      return [
        error(
          stopped,
          `Paused in ${stopped.callback} and never resumed`,
          [
            "The filter returned StopIteration",
            ...at(stopped),
            isNew
              ? "; tcp_proxy was never asked, and the client waits."
              : "; the bytes stay in Envoy's buffer.",
            " Nothing called ",
            code("proxy_continue_stream"),
            " until the end",
            ...at(end),
            ".",
          ],
          [
            "Return Continue once the filter has decided, or call ",
            code("proxy_continue_stream"),
            " when what it waits for has come, and close the connection when it never comes.",
          ],
        ),
      ];
    }),
};

export const endless: Check = {
  name: "every callback returns",
  find: ({ seen, status }) => {
    if (status !== "timedOut") return [];
    const open = seen.findLast((event) => event.kind === "guestEnter");
    if (open?.kind !== "guestEnter") return [];
    const last = seen.at(-1);
    return [
      error(
        open,
        `${open.callback} never returns`,
        [
          "Nothing came back for three seconds after",
          ...link(open),
          last === undefined || last.seq === open.seq ? "" : "; the last sign of life is",
          ...(last === undefined || last.seq === open.seq ? [] : link(last)),
          ". Envoy has no such limit: the worker would hang, with every connection on it.",
        ],
        ["Look for a loop whose end condition a host call's answer can keep from coming true."],
      ),
    ];
  },
};

export const envoyDies: Check = {
  name: "Envoy survives",
  find: ({ events }) =>
    events.flatMap((event) =>
      event.kind !== "envoyDies"
        ? []
        : [
            error(
              event,
              "This kills Envoy",
              [
                `${sentence(event.how)}`,
                ...at(event),
                ". Every connection of the process is lost.",
              ],
              ["No failure policy helps: the filter must not do this."],
            ),
          ],
    ),
};

export const unmodelled: Check = {
  name: "everything that was used is modelled",
  find: ({ calls }) =>
    calls.flatMap((call) =>
      !call.notModelled
        ? []
        : [
            warning(
              call,
              `${call.name.replace(/^proxy_/, "")}: not modelled`,
              [
                `${sentence(call.note ?? "Envoy has behaviour here that is not simulated")}`,
                ...at(call),
                ". What follows from this call may differ in Envoy.",
              ],
              ["Try this part in real Envoy; “What is modelled” has the whole list."],
            ),
          ],
    ),
};

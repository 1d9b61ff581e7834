import type { GuestEnter, GuestExit } from "wasmerang";
import { childrenOf, endOf } from "../../trace/callTree.ts";
import { callArguments, callResult } from "../../trace/describeCall.ts";
import { callbackFacts, callbackResult, isRefusal, stops } from "../../trace/describeCallback.ts";
import { eventAt } from "../../trace/memoize.ts";
import { EventLink } from "../EventLink.tsx";
import type { RunView } from "../useRun.ts";
import { Alert, Facts, hostLogsAround, LogBlock, Section } from "./parts.tsx";

/** Envoy calls the guest, or the guest returns. */
export function CallbackDetail(props: {
  readonly run: RunView;
  readonly event: GuestEnter | GuestExit;
}) {
  const { run, event } = props;
  const { events } = run;
  const enter = event.kind === "guestEnter" ? event : eventAt(events, event.enter);
  const end = event.kind === "guestExit" ? event : endOf(events, event.seq);
  if (enter?.kind !== "guestEnter") return undefined;
  const calls = childrenOf(events, enter.seq).filter((child) => child.kind === "hostCall");
  return (
    <>
      {event.kind === "guestExit" ? <ExitAlert event={event} /> : undefined}
      {end === undefined ? (
        <Alert title="The guest never returned">
          Nothing came back within the time that the page allows. Envoy has no such limit; its
          worker would hang.
        </Alert>
      ) : undefined}
      <Section title="Arguments">
        <Facts
          facts={[
            ...callbackFacts(enter),
            ...(enter.args.length === 0 ? [["arguments", "none"] as const] : []),
            end?.kind === "guestExit"
              ? [
                  "result",
                  <b key="result">{callbackResult(end.callback, end.returned) || "void"}</b>,
                ]
              : end === undefined
                ? undefined
                : [
                    "result",
                    <b key="result" className="bad">
                      trapped
                    </b>,
                  ],
            end === undefined || end.seq === event.seq
              ? ["called", <EventLink key="called" seq={enter.seq} />]
              : ["returns", <EventLink key="returns" seq={end.seq} />],
          ]}
        />
      </Section>
      {calls.length === 0 ? undefined : (
        <Section title="Host calls inside">
          <ol className="calls">
            {calls.map((call) => (
              <li key={call.seq}>
                <EventLink seq={call.seq} />
                <span>
                  {call.name.replace(/^proxy_/, "")} <small>{callArguments(call)}</small>
                  <span className="answer">{callResult(call)}</span>
                </span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      {event.kind === "guestExit" && isRefusal(event) ? (
        <LogBlock lines={hostLogsAround(events, event)} />
      ) : undefined}
    </>
  );
}

function ExitAlert({ event }: { readonly event: GuestExit }) {
  if (event.injected)
    return (
      <Alert title="Injected result">
        The scenario&apos;s faults put this result in place of the guest&apos;s.
      </Alert>
    );
  if (isRefusal(event))
    return event.callback === "proxy_on_configure" ? (
      <Alert title="Envoy refuses this configuration">
        proxy_on_configure returned false. Local code that fails is always a rejected configuration,
        whatever the failure policy.
      </Alert>
    ) : (
      <Alert title="The VM did not start">proxy_on_vm_start returned false.</Alert>
    );
  if (stops(event))
    return (
      <Alert title="The filter stops the connection">
        Envoy calls no later filter until the guest calls proxy_continue_stream.
      </Alert>
    );
  return undefined;
}

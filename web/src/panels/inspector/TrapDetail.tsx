import { pluginOf } from "../../state/editScenario.ts";
import type { Trap } from "wasmerang";
import { EventLink } from "../EventLink.tsx";
import type { RunView } from "../useRun.ts";
import { Alert, Facts, hostLogsAround, LogBlock, Section } from "./parts.tsx";

const policies = [
  ["FAIL_CLOSED", "This connection closes at once. New ones close without calling the filter."],
  [
    "FAIL_OPEN",
    "This connection still closes. New ones skip the filter and go to tcp_proxy's own cluster.",
  ],
  [
    "FAIL_RELOAD",
    "New ones close until the backoff, counted from the last load, has passed. Then a fresh VM starts.",
  ],
] as const;

/** The guest stopped with an error: where, what Envoy says, what comes next. */
export function TrapDetail({ run, trap }: { readonly run: RunView; readonly trap: Trap }) {
  const { events, document } = run;
  const inUse = pluginOf(document).failurePolicy ?? "FAIL_CLOSED";
  const lastCall = events.findLast(
    (event) => event.kind === "hostCall" && event.seq < trap.seq && event.seq > trap.enter,
  );
  const message = trap.message.replace(/^Uncaught /, "");
  return (
    <>
      <Alert title={message}>
        {trap.injected
          ? "The scenario's faults made the guest trap here."
          : "The guest cannot go on from here. Its VM is dead for every connection of this worker."}
      </Alert>
      <Section title="Where">
        <Facts
          facts={[
            ["callback", <EventLink key="callback" seq={trap.enter} text={trap.callback} />],
            lastCall?.kind === "hostCall"
              ? [
                  "last call",
                  <span key="last">
                    <EventLink seq={lastCall.seq} /> {lastCall.name} {lastCall.status}
                  </span>,
                ]
              : undefined,
            trap.frames[0]?.name === undefined ? undefined : ["function", trap.frames[0].name],
            ["error", trap.message],
          ]}
        />
      </Section>
      {trap.frames.length === 0 ? undefined : (
        <Section title="Stack">
          <ol className="frames preformatted">
            {trap.frames.map(({ name, functionIndex, offset }, index) => (
              <li key={index}>
                <span className="dim">{index}</span> {name ?? `function ${functionIndex}`}{" "}
                <span className="dim">0x{offset.toString(16)}</span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <LogBlock lines={hostLogsAround(events, trap)} />
      <Section title="What happens next">
        <dl className="policies">
          {policies.map(([name, text]) => (
            <div key={name} className={name === inUse ? "in-use" : undefined}>
              <dt>{name}</dt>
              <dd>
                {text} {name === inUse ? <b>In use.</b> : undefined}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  );
}

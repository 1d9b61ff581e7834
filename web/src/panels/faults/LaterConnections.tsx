import { LATER_CONNECTIONS, countOutcomes, type ConnectionOutcome } from "wasmerang";
import type { MarkName } from "../../trace/clusterMarks.ts";
import { severityOf } from "../../trace/faults/matrix.ts";
import { Mark } from "../Mark.tsx";
import type { FaultRunView } from "./useFaultRun.ts";

const marks: Readonly<Record<ConnectionOutcome, MarkName>> = {
  same: "pending",
  asGiven: "plain",
  default: "rd",
  wrongCluster: "bad",
  closed: "bad",
  stalled: "stalled",
  gone: "refused",
};

/** What the connections after the fault meet, under each failure policy where that matters. */
export function LaterConnections({ view }: { readonly view: FaultRunView }) {
  const { run, selected } = view;
  const result = selected?.cell.results.find(
    (it) => severityOf(it, run.id) === selected.cell.severity,
  );
  if (!selected || !result) return undefined;
  const policies = Object.entries(result.later);
  return (
    <section className="fault-later" aria-label="Later connections">
      <h3>
        After {selected.row.call} #{selected.row.nth}: {result.case.what}
      </h3>
      <p className="note">
        {policies.length === 0
          ? "No connection comes after it."
          : `${LATER_CONNECTIONS} more connections, one every 200 ms, on the same worker. ${policies.length === 1 ? "The VM is alive: the failure policy plays no part." : "The VM is lost: the failure policy decides."}`}
      </p>
      <dl>
        {policies.map(([policy, outcomes]) => (
          <div key={policy}>
            <dt>{policy}</dt>
            <dd>
              <span className="fault-sequence" aria-hidden="true">
                {outcomes.map((outcome, index) => (
                  <span key={index} className={outcome}>
                    <Mark mark={marks[outcome]} size={11} />
                  </span>
                ))}
              </span>
              <span className="dim">{countOutcomes(outcomes)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
